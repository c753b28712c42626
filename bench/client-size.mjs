// What an app pays for `fillstream/client`: its size in gzip, above the libraries that it stands on, and whether what is
// not used is left out.
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { build, transformWithEsbuild } from 'vite';

const ROOT = path.resolve(import.meta.dirname, '..');
const PEERS = ['graphql', 'graphql-ws', '@apollo/client', '@urql/core', 'wonka', 'react', 'idb'];
/** Of the core alone, as an app’s page loads it first; past the bound the benchmark fails. */
const BYTES_MAX = 8 * 1_024;

const isPeer = (id) => PEERS.some((peer) => id === peer || id.startsWith(`${peer}/`));

/**
 * What a bundler makes of an app that has this line alone: what its page loads first, and what that loads beside, as the
 * code of the fallback transports is.
 */
async function bundled(source) {
  const entry = path.join(ROOT, 'bench-entry.js');
  const [{ output }] = await build({
    root: ROOT,
    configFile: false,
    logLevel: 'error',
    plugins: [
      {
        name: 'entry',
        resolveId: (id) => (path.basename(id) === 'entry' ? entry : null),
        load: (id) => (id === entry ? source : null),
      },
    ],
    build: {
      write: false,
      target: 'es2022',
      lib: { entry: 'entry', formats: ['es'], fileName: 'app' },
      rollupOptions: { external: isPeer },
    },
  });
  const chunks = output.filter(({ type }) => type === 'chunk');
  const first = new Set();
  const load = (name) => {
    const chunk = chunks.find(({ fileName }) => fileName === name);
    if (!chunk || first.has(chunk)) return;
    first.add(chunk);
    chunk.imports.forEach(load);
  };
  load(output[0].fileName);
  const beside = chunks.filter((chunk) => !first.has(chunk));
  return { first: await sizeOf([...first]), beside: await sizeOf(beside) };
}

/** In gzip. For a library Vite leaves the white space, as an app does not. */
async function sizeOf(chunks) {
  if (chunks.length === 0) return 0;
  const codes = chunks.map(({ code }) => transformWithEsbuild(code, 'app.js', { minify: true }));
  return gzipSync((await Promise.all(codes)).map(({ code }) => code).join(''), { level: 9 }).length;
}

const from = (name) => `./dist/client/${name}.js`;

const ENTRIES = {
  'fillstream/client': `export { createFillstream } from '${from('index')}'`,
  'fillstream/client/apollo': `export * from '${from('apollo')}'`,
  'fillstream/client/urql': `export * from '${from('urql')}'`,
  'fillstream/client/react': `export * from '${from('react')}'`,
  'fillstream/client/orders': `export * from '${from('orders')}'`,
  'fillstream/client/notifications': `export * from '${from('notifications')}'`,
  'fillstream/client/offline': `export * from '${from('offline')}'`,
};

const line = (name, size) => console.log(`${name.padEnd(32)} ${String(size).padStart(6)} bytes`);

const sizes = {};
for (const [name, source] of Object.entries(ENTRIES)) sizes[name] = await bundled(source);
const unused = await bundled(`import { createFillstream } from '${from('index')}'; export const nothing = 1;`);
const one = await bundled(`export { SubscriptionError } from '${from('index')}'`);
const core = sizes['fillstream/client'];

for (const [name, { first }] of Object.entries(sizes)) line(name, first);
line('beside, without waiting', core.beside);
line('imported and not used', unused.first);
line('one small name of it', one.first);
const isSmall = core.first <= BYTES_MAX;
line(isSmall ? 'the core may have' : 'the core may only have', BYTES_MAX);
const isShaken = unused.first < 100 && unused.beside === 0 && one.first < 1_000;
if (!isShaken) console.log('what is not used is not left out');
if (!isShaken || !isSmall) process.exitCode = 1;

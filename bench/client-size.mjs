// What an app pays for `fillstream/client`: its size in gzip, above the libraries that it stands on, and whether what is
// not used is left out.
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { build, transformWithEsbuild } from 'vite';

const ROOT = path.resolve(import.meta.dirname, '..');
const PEERS = ['graphql', 'graphql-ws', '@apollo/client', '@urql/core', 'wonka', 'react', 'idb'];
/** Of the core alone; past the bound the benchmark fails. */
const BYTES_AIM = 8 * 1_024;
const BYTES_MAX = 11 * 1_024;

const isPeer = (id) => PEERS.some((peer) => id === peer || id.startsWith(`${peer}/`));

/** What a bundler makes of an app that has this line alone. */
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
  // For a library Vite leaves the white space, as an app does not.
  return (await transformWithEsbuild(output[0].code, 'app.js', { minify: true })).code;
}

const from = (name) => `./dist/client/${name}.js`;
const sizeOf = (code) => gzipSync(code, { level: 9 }).length;

const ENTRIES = {
  'fillstream/client': `export { createFillstream } from '${from('index')}'`,
  'fillstream/client/apollo': `export * from '${from('apollo')}'`,
  'fillstream/client/urql': `export * from '${from('urql')}'`,
  'fillstream/client/react': `export * from '${from('react')}'`,
  'fillstream/client/offline': `export * from '${from('offline')}'`,
};

const sizes = {};
for (const [name, source] of Object.entries(ENTRIES)) sizes[name] = sizeOf(await bundled(source));
const unused = sizeOf(await bundled(`import { createFillstream } from '${from('index')}'; export const nothing = 1;`));
const one = sizeOf(await bundled(`export { SubscriptionError } from '${from('index')}'`));

for (const [name, bytes] of Object.entries(sizes)) console.log(`${name.padEnd(28)} ${String(bytes).padStart(6)} bytes`);
console.log(`${'imported and not used'.padEnd(28)} ${String(unused).padStart(6)} bytes`);
console.log(`${'one small name of it'.padEnd(28)} ${String(one).padStart(6)} bytes`);
const core = sizes['fillstream/client'];
console.log(
  `${'aim for fillstream/client'.padEnd(28)} ${String(BYTES_AIM).padStart(6)} bytes: ${core <= BYTES_AIM ? 'met' : `missed by ${core - BYTES_AIM}`}`,
);
const isShaken = unused < 100 && one < 1_000;
if (!isShaken || core > BYTES_MAX) {
  console.log(isShaken ? `the core may have ${BYTES_MAX} bytes` : 'what is not used is not left out');
  process.exitCode = 1;
}

import path from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const here = (name: string): string => path.resolve(import.meta.dirname, name);
const WORKER = 'service-worker';

/** `npm run build` builds the blotter into dist/web, from where the service serves it. */
export default defineConfig({
  root: import.meta.dirname,
  build: {
    ...{ outDir: here('../../dist/web'), emptyOutDir: true },
    // The service's content security policy allows no inline script; small files stay files.
    assetsInlineLimit: 0,
    // It would put a shared file between the page and its worker, which is to stand alone.
    modulePreload: { polyfill: false },
    rollupOptions: {
      input: { index: here('index.html'), [WORKER]: here(`${WORKER}.ts`) },
      // A worker's address must not change with its content, and its folder is as far as it reaches.
      output: { entryFileNames: ({ name }) => (name === WORKER ? '[name].js' : 'assets/[name]-[hash].js') },
    },
  },
  plugins: [react()],
  server: {
    proxy: Object.fromEntries(
      ['/graphql', '/v1', '/demo'].map((route) => [route, { target: 'http://127.0.0.1:4000', ws: true }]),
    ),
  },
});

import path from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** `npm run build` builds the blotter into dist/web, from where the service serves it. */
export default defineConfig({
  root: import.meta.dirname,
  // The service's content security policy allows no inline script; small files stay files.
  build: { outDir: path.resolve(import.meta.dirname, '../../dist/web'), emptyOutDir: true, assetsInlineLimit: 0 },
  plugins: [react()],
  server: {
    proxy: Object.fromEntries(
      ['/graphql', '/v1', '/demo'].map((route) => [route, { target: 'http://127.0.0.1:4000', ws: true }]),
    ),
  },
});

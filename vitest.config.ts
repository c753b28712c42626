import path from 'node:path';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  // One graphql: Vite takes a package's "module", Node its "main", and a GraphQLError of the one is none of the other.
  resolve: {
    alias: [{ find: /^graphql$/, replacement: path.resolve(import.meta.dirname, 'node_modules/graphql/index.js') }],
  },
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: './test/support/global-setup.ts',
    reporters: ['default', './test/support/closing-line.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});

import path from 'node:path';
import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/support/longest-first.ts';

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
    // A file leaves nothing behind that the next one would meet, and to load the service anew for each took a quarter of the time.
    isolate: false,
    maxWorkers: 2,
    // More room for what is short-lived: a tenth less CPU goes into collecting garbage.
    execArgv: ['--max-semi-space-size=64'],
    sequence: { sequencer: LongestFirst },
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});

// Tests run in forked processes, since executors hold threads and shared memory. The slowest tests (a search that
// is killed and resumed) set a longer limit of their own.
import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { CountsReporter } from './scripts/counts-reporter.ts';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['scripts/build-wasm.mjs'],
    pool: 'forks',
    maxWorkers: availableParallelism(),
    testTimeout: 60_000,
    hookTimeout: 60_000,
    reporters: ['default', new CountsReporter()],
    coverage: { include: ['src/**'] },
  },
});

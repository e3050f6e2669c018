// Tests run in forked processes, since executors hold threads and shared memory. The slowest tests (a search that
// is killed and resumed) set a longer limit of their own.
import { availableParallelism } from 'node:os';
import { defineConfig, type Plugin } from 'vitest/config';
import { CountsReporter } from './scripts/counts-reporter.ts';

/** WGSL files are text, as tsdown's loader has it. */
const wgsl: Plugin = {
  name: 'wgsl',
  transform: (text, id) => (id.endsWith('.wgsl') ? `export default ${JSON.stringify(text)};` : undefined),
};

export default defineConfig({
  plugins: [wgsl],
  test: {
    // Proofs that take minutes: npm run test:long.
    include: [process.env['MIXOP_TESTS'] === 'long' ? 'test/**/*.long.ts' : 'test/**/*.test.ts'],
    globalSetup: ['scripts/build-wasm.mjs'],
    pool: 'forks',
    // A software GPU computes in the thread that asks and compiles fast: many small dispatches on shared cores.
    env: { LP_NUM_THREADS: '0', GALLIVM_PERF: 'nopt' },
    maxWorkers: availableParallelism(),
    testTimeout: 60_000,
    hookTimeout: 60_000,
    reporters: ['default', new CountsReporter()],
    coverage: { include: ['src/**'] },
  },
});

// Builds dist/index.js and dist/tfjs.js (the library, with types), dist/cli.js (the `mixop` command) and dist/browser (the library for
// pages), each with the wasm module that it loads. Dependencies stay outside, but in a page, which has no node_modules.
import { execFileSync } from 'node:child_process';
import { defineConfig } from 'tsdown';

/** Both load it from beside themselves. */
const kernels = 'src/kernels/executors/wasm/build/kernels.wasm';

const common = {
  format: 'esm',
  // package.json says "type": "module", so plain .js and .d.ts.
  fixedExtension: false,
  sourcemap: true,
  loader: { '.wgsl': 'text' },
  failOnWarn: true,
  logLevel: 'warn',
} as const;

export default defineConfig([
  {
    ...common,
    entry: {
      index: 'src/index.ts',
      tfjs: 'src/tfjs/index.ts',
      cli: 'src/cli/main.ts',
      'baseline-worker': 'src/discrete-search/workers/worker.ts',
    },
    platform: 'node',
    target: 'node20.19',
    dts: { entry: ['src/index.ts', 'src/tfjs/index.ts'], sourcemap: true },
    hooks: {
      'build:prepare'() {
        execFileSync(process.execPath, ['scripts/build-wasm.mjs'], { stdio: 'inherit' });
      },
    },
    copy: [{ from: kernels, to: 'dist' }],
    deps: { skipNodeModulesBundle: true },
  },
  {
    ...common,
    entry: { index: 'src/browser.ts' },
    outDir: 'dist/browser',
    platform: 'browser',
    target: 'es2023',
    dts: true,
    copy: [{ from: kernels, to: 'dist/browser' }],
    // Dawn is Node's; a page has `navigator.gpu`.
    deps: { alwaysBundle: /./, neverBundle: 'webgpu' },
  },
]);

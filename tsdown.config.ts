// Builds dist/index.js and dist/tfjs.js (the library, with types), dist/cli.js (the `mixop` command) and the wasm module that both load.
// Dependencies stay outside.
import { execFileSync } from 'node:child_process';
import { defineConfig } from 'tsdown';

export default defineConfig({
  entry: {
    index: 'src/index.ts',
    tfjs: 'src/tfjs/index.ts',
    cli: 'src/cli/main.ts',
    'baseline-worker': 'src/search/baseline/worker.ts',
  },
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  // package.json says "type": "module", so plain .js and .d.ts.
  fixedExtension: false,
  dts: { entry: ['src/index.ts', 'src/tfjs/index.ts'], sourcemap: true },
  sourcemap: true,
  hooks: {
    'build:prepare'() {
      execFileSync(process.execPath, ['scripts/build-wasm.mjs'], { stdio: 'inherit' });
    },
  },
  copy: [{ from: 'src/kernels/wasm/build/kernels.wasm', to: 'dist' }],
  loader: { '.wgsl': 'text' },
  deps: { skipNodeModulesBundle: true },
  failOnWarn: true,
  logLevel: 'warn',
});

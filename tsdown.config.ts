// Builds dist/index.js (the library, with types) and dist/cli.js (the `mixop` command). Dependencies stay outside.
import { defineConfig } from 'tsdown';

export default defineConfig({
  entry: { index: 'src/index.ts', cli: 'src/cli/main.ts' },
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  // package.json says "type": "module", so plain .js and .d.ts.
  fixedExtension: false,
  dts: { entry: 'src/index.ts', sourcemap: true },
  sourcemap: true,
  deps: { skipNodeModulesBundle: true },
  failOnWarn: true,
  logLevel: 'warn',
});

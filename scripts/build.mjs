// Builds dist when the sources changed since the last build; else does nothing.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { interruptedCode, runChild } from './child.mjs';
import { textOf, writeStamp } from './install.mjs';
import { Stop } from './stop.mjs';

const stampFile = 'node_modules/.mixop/built';
const inputs = ['src', 'scripts', 'tsdown.config.ts', 'tsconfig.json', 'package.json', 'package-lock.json'];
const outputs = [
  'dist/index.js',
  'dist/index.d.ts',
  'dist/cli.js',
  'dist/kernels.wasm',
  'dist/browser/index.js',
  'dist/browser/index.d.ts',
  'dist/browser/kernels.wasm',
];

/** All files under a path, in an order that does not depend on the file system; folders named `build` are made. */
function filesUnder(path) {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .filter((name) => name !== 'build')
    .toSorted()
    .flatMap((name) => filesUnder(join(path, name)));
}

function buildKey() {
  const hash = createHash('sha256');
  for (const file of inputs.flatMap(filesUnder)) hash.update(`${file}\n`).update(readFileSync(file));
  return hash.digest('hex');
}

/** Builds what is out of date, or everything where `always` says so; one line says what and why. */
export async function ensureBuilt({ always = false } = {}) {
  const key = buildKey();
  const stamp = textOf(stampFile).trim();
  const complete = outputs.every((file) => existsSync(file));
  if (!always && complete && stamp === key) {
    console.log('build: nothing to do, dist was made from these sources');
    return;
  }
  const changed = complete && stamp !== '' ? 'the sources changed' : 'dist is missing or incomplete';
  console.log(`build: tsdown, because ${always ? 'it was asked for' : changed}`);
  rmSync(stampFile, { force: true });
  // Warnings are failures (tsdown.config.ts), so what it says of a build that succeeds does not matter.
  const tsdown = ['node_modules/tsdown/dist/run.mjs', '--log-level=warn'];
  const { code, interrupted, errors } = await runChild(process.execPath, tsdown, { captureErrors: true });
  if (interrupted) throw new Stop(interruptedCode, 'build: interrupted; the same command starts it again');
  if (code !== 0) {
    process.stderr.write(errors);
    throw new Stop(1, 'build: tsdown failed; mend what it says above and repeat the command');
  }
  writeStamp(stampFile, key);
}

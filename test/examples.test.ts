// The examples run, as a reader would run them.

import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { runProgram } from './helpers/run-cli.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

it('searches a space with an operation that the fan does not know: examples/own-operation.ts', async () => {
  const { code, stdout } = await runProgram('npx', ['tsx', 'examples/own-operation.ts'], {
    cwd: root,
  });
  expect(code).toBe(0);
  expect(stdout).toMatch(/^Genotype\(normal=\[.*\], reduce_concat=\[2, 3, 4, 5\]\)$/m);
  const [, accuracy] = /validation accuracy ([\d.]+) %/.exec(stdout) ?? [];
  expect(Number(accuracy)).toBeGreaterThan(60);
}, 60_000);

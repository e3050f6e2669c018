// The examples run, as a reader would run them.

import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { withoutGpu } from '../helpers/kernels/on-webgpu.ts';
import { runProgram } from '../helpers/run-cli.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

it('searches a space with an operation that the fan does not know: examples/own-operation.ts', async () => {
  const { code, stdout } = await runProgram('npx', ['tsx', 'examples/own-operation.ts'], {
    cwd: root,
  });
  expect(code).toBe(0);
  expect(stdout).toMatch(/^Genotype\(normal=\[.*\], reduce_concat=\[2, 3, 4, 5\]\)$/m);
  const [, accuracy] = /validation accuracy ([\d.]+) %/.exec(stdout) ?? [];
  expect(Number(accuracy)).toBeGreaterThan(60);
}, 60_000);

it.for(['cpu', 'webgpu'])(
  'trains a model of tfjs with mixed edges: examples/tfjs-mixed-edge.ts on %s',
  { timeout: 180_000 },
  async (backend, { skip }) => {
    skip(backend === 'webgpu' && withoutGpu, 'there is no adapter');
    const args = ['tsx', '--import', './scripts/wgsl.mjs', 'examples/tfjs-mixed-edge.ts', backend];
    const { code, stdout } = await runProgram('npx', args, { cwd: root });
    expect(code).toBe(0);
    const [, first, last] =
      new RegExp(`${backend}: loss ([\\d.]+) at first, ([\\d.]+) at last`).exec(stdout) ?? [];
    expect(Number(last)).toBeLessThan(0.8 * Number(first));
    expect(stdout).toMatch(/edge of stride 1: \w+ 0\.\d\d\nedge of stride 2: \w+ 0\.\d\d/);
  },
);

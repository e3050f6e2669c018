// The tfjs supernet that benchmarks compare with computes what the published code computes.

import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { withoutGpu } from '../helpers/kernels/on-webgpu.ts';
import { runProgram } from '../helpers/run-cli.ts';

const cwd = fileURLToPath(new URL('../..', import.meta.url));
const check = (folder: string) =>
  runProgram('npx', ['tsx', 'bench/peers/tfjs-check.ts', '--fixture', folder], { cwd });

describe('the unfused tfjs supernet', () => {
  it.skipIf(withoutGpu)(
    'agrees with the published code in logits, losses and first-order gradients',
    async () => {
      const { code, stdout } = await check('data/verify/darts-c4-l3');
      expect(stdout.split('\n').filter((line) => line.startsWith('ok   '))).toHaveLength(6);
      expect(stdout).not.toContain('FAIL');
      expect(code).toBe(0);
    },
    180_000,
  );

  it.skipIf(withoutGpu)('refuses a folder that is no fixture in one line', async () => {
    const { code, stderr } = await check('data/nothing');
    expect(code).toBe(2);
    expect(stderr).toMatch(/tfjs-check: .*manifest\.json: cannot be read; name a folder with manifest\.json/);
  });
});

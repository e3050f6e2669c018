// A search on the command line whose device is lost in the middle: what it says, what it leaves, and that it goes on.
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { RunFolder } from '../../src/runs/run-folder.ts';
import { withoutGpu } from '../helpers/kernels/on-webgpu.ts';
import { buildCli, cli, type Ended, mixop, runProgram } from '../helpers/run-cli.ts';
import { useTemporaryFolder } from '../helpers/runs-setup.ts';

const at = useTemporaryFolder();
const search =
  'search --data digits --channels 2 --cells 1 --batch 64 --epochs 1 --set trainFraction=0.2 --set checkpoints.everySteps=2';

/** Loses the device as soon as a file is there. */
function losing(once: string, args: string): Promise<Ended> {
  const hook = pathToFileURL(join('test', 'helpers', 'lose-device.mjs'));
  hook.searchParams.set('once', once);
  return runProgram(process.execPath, ['--import', hook.href, cli, ...args.split(' ')], { cwd: at() });
}

/** The newest checkpoint of a run that is whole. */
async function newest(run: string) {
  const { found, refused } = await (await RunFolder.open(at(run))).latestCheckpoint();
  expect(refused).toEqual([]);
  return found;
}

describe.skipIf(withoutGpu)('a search whose device is lost', () => {
  beforeAll(buildCli, 120_000);

  it('says so, and goes on from its last checkpoint, here and elsewhere', { timeout: 180_000 }, async () => {
    expect(await mixop(`${search} --executor webgpu --out whole`, { cwd: at() })).toMatchObject({ code: 0 });
    const whole = (await newest('whole'))!;
    for (const [once, step, says] of [
      ['config.json', 0, 'none was written yet'],
      ['checkpoints/step-00000002.ckpt', 2, 'run/checkpoints/step-00000002.ckpt'],
    ] as const) {
      const args = `${search} --executor webgpu --out run${step === 0 ? '' : ' --resume'}`;
      const { code, stderr } = await losing(at('run', once), args);
      const [error, ...more] = stderr.split('\n').filter((line) => /^mixop: |^ +at /.test(line));
      expect([code, more]).toEqual([7, []]);
      expect(error).toMatch(/^mixop: webgpu \(.+\): the device was lost: .+; resume the run from its last/);
      expect(error!.endsWith(`; last good checkpoint: ${says}`)).toBe(true);
      expect((await newest('run'))?.step ?? 0).toBe(step);
    }
    cpSync(at('run'), at('elsewhere'), { recursive: true });

    const [here, elsewhere] = await Promise.all([
      mixop(`${search} --executor webgpu --out run --resume`, { cwd: at() }),
      mixop(`${search} --executor wasm --out elsewhere --resume`, { cwd: at() }),
    ]);
    expect([here.code, elsewhere.code]).toEqual([0, 0]);
    expect((await newest('run'))!.state).toEqual(whole.state);
    const there = (await newest('elsewhere'))!;
    expect(there.step).toBe(whole.step);
    const [own, other] = [whole, there].map(({ state }) => state.arrays['alphas']!);
    expect(Math.max(...own!.map((value, i) => Math.abs(value - other![i]!)))).toBeLessThan(1e-5);
  });
});

// `mixop bench kernels`: which kernels it knows, what it measures of them, and its verdicts.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Random } from '../../src/base/random.ts';
import { kindOf } from '../../src/kernels/executors/profile.ts';
import { lowerings } from '../../src/kernels/executors/webgpu/table.ts';
import { commonRatio, compareSamples, type KernelVerdict } from '../../src/measure/compare.ts';
import { kernelSets } from '../../src/measure/kernel-sets.ts';
import { measureKernels } from '../../src/measure/kernels.ts';
import { parseReport } from '../../src/measure/kernels-report.ts';
import { sample } from '../../src/measure/sampler.ts';
import type { ExecutorOptions } from '../../src/engine/executors.ts';
import { buildCli, mixop } from '../helpers/run-cli.ts';
import { withoutGpu } from '../helpers/kernels/on-webgpu.ts';

const tiny = { channels: 2, cells: 3, image: 4, batch: 4 };
const quick = { sample: 0.1, total: 1 };

test('every operation of the executors has a kernel, forward and backward', () => {
  const kinds = Object.entries(lowerings).flatMap(([op, passes]) =>
    Object.keys(passes)
      .filter((pass) => ['forward', 'backward', 'update'].includes(pass))
      .map((pass) => (pass === 'update' ? op : `${op} ${pass}`)),
  );
  // Nothing differentiates a network in evaluation.
  const expected = kinds.filter((kind) => kind !== 'runningNorm backward');
  const kernels = kernelSets(tiny, () => true).flatMap((set) => set.kernels);
  expect(new Set(kernels.map(({ instruction }) => kindOf(instruction)))).toEqual(new Set(expected));
  expect(new Set(kernels.map(({ name }) => name)).size).toBe(kernels.length);
});

describe('measuring', () => {
  const wanted = /^(fan (forward 4|backward.*dw)|depthwise backward|crossEntropy|record|sgd|track)/;
  const measure = async (executor: ExecutorOptions) => {
    const sets = kernelSets(tiny, ({ name }) => wanted.test(name));
    const { kernels } = await measureKernels({ executor, sets, rounds: 2, patience: quick });
    expect(kernels.map(({ name }) => name)).toEqual(
      sets.flatMap((set) => set.kernels.map(({ name }) => name)),
    );
    expect(kernels.filter(({ wall }) => wall.length !== 2 || Math.min(...wall) <= 0)).toEqual([]);
    return new Map(kernels.map((kernel) => [kernel.name, kernel]));
  };

  test('wasm: wall time and counted work', async () => {
    const kernels = await measure({ executor: 'wasm', threads: 1 });
    const fan = kernels.get('fan forward 4x4x2')!;
    expect(fan.device).toBeUndefined();
    // 9 and 25 taps and a 1x1 of 2 channels: 2 halves of sep_conv, one of dil_conv; 4 images of 4x4, 4 edges.
    expect(fan.multiplyAdds).toBe(4 * 16 * 2 * (2 * (9 + 2) + 2 * (25 + 2) + (9 + 2) + (25 + 2)) * 4);
    expect(fan.flops).toBeGreaterThan(fan.multiplyAdds);
    expect(fan.bytes).toBeGreaterThan(4 * 4 * 16 * 4 * 24);
  });

  // Without an adapter there is no device to measure; in continuous integration its absence fails.
  test.skipIf(withoutGpu)(
    'webgpu: the time of the device is apart, and within that of the wall',
    async () => {
      const kernels = await measure({ executor: 'webgpu' });
      const all = [...kernels.values()];
      expect(all.filter(({ device }) => device?.length !== 2)).toEqual([]);
      expect(all.filter(({ device, wall }) => Math.min(...device!) > Math.max(...wall))).toEqual([]);
      // Rounded to 65 us, as Dawn does by default, they would take nothing, or the same.
      const times = all.flatMap(({ device }) => device!);
      expect(Math.min(...times)).toBeGreaterThan(0);
      expect(new Set(times).size).toBeGreaterThan(times.length / 2);
    },
    180_000,
  );

  // Dawn's null backend comes with the same optional package, which may be absent.
  test.skipIf(withoutGpu)('a device that computes nothing has no clock', async () => {
    const kernels = await measure({ executor: 'webgpu', adapter: 'null' });
    expect([...kernels.values()].filter(({ device }) => device !== undefined)).toEqual([]);
    expect(kernels.get('fan forward 4x4x2')!.flops).toBeGreaterThan(0);
  });

  test('a sample is milliseconds of one call, and fails as the call does', async () => {
    const time = await sample('wait', () => new Promise((resolve) => setTimeout(resolve, 10)), quick);
    expect(time).toBeGreaterThan(9);
    expect(time).toBeLessThan(1000);
    const broken = sample('broken', () => Promise.reject(new Error('lost')), quick);
    await expect(broken).rejects.toThrow('lost');
  });
});

describe('verdicts', () => {
  const random = Random.fromSeed(7);
  /** Rounds around a time, with noise of so many percent. */
  const rounds = (time: number, noise: number, count = 10): number[] =>
    Array.from({ length: count }, () => time * (1 + (noise / 100) * random.normal()));

  const kernels = (count: number, noise: number) =>
    Array.from({ length: count }, (_, i) => ({ name: `k${i}`, rounds: rounds(1, noise) }));

  test.each<[string, number[], number[], KernelVerdict]>([
    ['equal times', rounds(1, 2), rounds(1, 2), 'no difference seen'],
    ['a fifth more', rounds(1, 2), rounds(1.2, 2), 'slower'],
    ['a fifth less', rounds(1, 2), rounds(0.8, 2), 'faster'],
    ['a difference that is real and small', rounds(1, 0.1), rounds(1.02, 0.1), 'no difference seen'],
    ['a difference within the noise', rounds(1, 20), rounds(1.1, 20), 'no difference seen'],
    ['one round', rounds(1, 0, 1), rounds(2, 0, 1), 'no difference seen'],
    ['two rounds', rounds(1, 0, 2), rounds(2, 0, 2), 'no difference seen'],
    [
      'an odd slow round',
      [1, 1, 1, 1, 1, 1, 1, 1, 1, 1],
      [1, 9, 1, 1, 1, 1, 1, 1, 1, 1],
      'no difference seen',
    ],
  ])('%s', (_, before, after, verdict) => {
    const [result] = compareSamples([{ name: 'k', rounds: before }], [{ name: 'k', rounds: after }]);
    expect(result!.verdict).toBe(verdict);
    expect(result!.low).toBeLessThanOrEqual(result!.ratio);
    expect(result!.high).toBeGreaterThanOrEqual(result!.ratio);
  });

  test('of 500 kernels that did not change, none is said to have', () => {
    const results = compareSamples(kernels(500, 10), kernels(500, 10));
    expect(results.filter(({ verdict }) => verdict !== 'no difference seen')).toEqual([]);
    expect(commonRatio(results)).toBeCloseTo(1, 1);
  });

  test('one changed kernel is found among 100, and only it', () => {
    const after = kernels(100, 2).with(42, { name: 'k42', rounds: rounds(1.3, 2) });
    const found = compareSamples(kernels(100, 2), after).filter(({ verdict }) => verdict === 'slower');
    expect(found.map(({ name }) => name)).toEqual(['k42']);
  });

  test('what only one of two measurements has is left out', () => {
    const [a, b, c] = ['a', 'b', 'c'].map((name) => ({ name, rounds: [1, 2] }));
    const results = compareSamples([a!, b!], [b!, c!]);
    expect(results.map(({ name }) => name)).toEqual(['b']);
  });
});

describe('the command', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mixop-kernels-'));
  const bench = 'bench kernels --size small --batch 4 --milliseconds 1 --rounds 2 --only softmax --threads 1';
  beforeAll(buildCli, 120_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('writes what it compares with later', async () => {
    const first = await mixop(`${bench} --json out/before.json`, { cwd: folder });
    expect(first.code).toBe(0);
    expect(first.stdout).toMatch(/softmax forward 8 .*\n *softmax backward 8/);
    const path = join(folder, 'out', 'before.json');
    const { groups } = parseReport(readFileSync(path, 'utf8'), path);
    expect(groups).toHaveLength(1);
    expect(groups[0]!.kernels.map(({ wall }) => wall.length)).toEqual([2, 2]);
    // Older files call launches pieces.
    const older = readFileSync(path, 'utf8').replaceAll('"launches"', '"pieces"');
    expect(older).toContain('"pieces"');
    expect(parseReport(older, path).groups).toEqual(groups);
    const second = await mixop(`${bench} --compare out/before.json`, { cwd: folder });
    expect(second.stdout).toContain('0 faster, 0 slower, 2 no difference seen');
    expect(second.code).toBe(0);
  });

  test('refuses a baseline of other kernels', async () => {
    await mixop(`${bench} --json other.json`, { cwd: folder });
    const { code, stderr } = await mixop(`${bench.replace('--batch 4', '--batch 8')} --compare other.json`, {
      cwd: folder,
    });
    expect(stderr).toMatch(/mixop: other.json: has none of these kernels; .*--batch/);
    expect(code).toBe(4);
  });
});

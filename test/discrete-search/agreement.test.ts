// Agreement of cheap scores with short trainings: the same architectures, tau, runs that go on.

import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { agreement, type AgreementOptions, chanceTau } from '../../src/discrete-search/agreement.ts';
import { shortConfig } from '../../src/discrete-search/config.ts';
import { buildCli, mixop } from '../helpers/run-cli.ts';
import { useTemporaryFolder } from '../helpers/runs-setup.ts';

const at = useTemporaryFolder();
const small = { data: 'digits', channels: 2, cells: 2, batch: 16, epochs: 2, trainFraction: 0.1 };
const train = shortConfig(small, (path) => path.join('.'));

it('what is equal agrees wholly, what is not in part; a run that was stopped goes on', async () => {
  const options: AgreementOptions = {
    reference: { train },
    others: { same: { train }, short: { train: { ...train, epochs: 1 } } },
    architectures: 4,
    config: { seed: 3 },
    executor: { threads: 1 },
  };
  const whole = await agreement(options);
  expect(whole.architectures).toHaveLength(4);
  expect(whole.others[0]).toMatchObject({ name: 'same', tau: 1, scores: whole.reference.scores });
  expect(whole.others[1]!.scores).not.toEqual(whole.reference.scores);
  expect(Math.abs(whole.others[1]!.tau)).toBeLessThanOrEqual(1);

  const stopping = new AbortController();
  const stopped = await agreement({
    ...options,
    out: at('run'),
    pause: 0,
    signal: stopping.signal,
    onProgress: (progress, scoredBy) => {
      if (progress.kind === 'evaluated' && scoredBy === 'same' && progress.done === 2) stopping.abort();
    },
  });
  expect([stopped.finished, stopped.others]).toEqual([false, []]);
  const resumed = await agreement({ ...options, out: at('run'), resume: true });
  expect(resumed.others.map(({ scores, tau }) => [scores, tau])).toEqual(
    whole.others.map(({ scores, tau }) => [scores, tau]),
  );
});

it.each([
  // Of the permutations of 10, tau is over 0.467 or under -0.467 in 7.3 % (Kendall 1938, table), 0.511 in 4.7 %.
  [10, 0.467, 0.511],
  // Of 20: 0.316 in 5.4 %, 0.326 in 4.7 %.
  [20, 0.31, 0.33],
])(
  'chance alone gives %i architectures a tau between %f and %f in 5 of 100 cases',
  (architectures, low, high) => {
    expect(chanceTau(architectures)).toBeGreaterThan(low);
    expect(chanceTau(architectures)).toBeLessThan(high);
  },
);

describe('the command', () => {
  beforeAll(buildCli, 120_000);
  const sizes = Object.entries(small)
    .map(([key, value]) => `--train ${key}=${value}`)
    .join(' ');

  it('compares shared weights and cheaper trainings, and writes what it compared', async () => {
    const weights =
      'supernet --channels 2 --cells 2 --batch 16 --epochs 1 --set trainFraction=0.1 --out paths';
    expect((await mixop(weights, { cwd: at() })).code).toBe(0);
    const args = `agreement ${sizes} --weights paths --images 64 --proxy epochs=1,imageSize=4 --architectures 4 --out out`;
    const { code, stdout } = await mixop(args, { cwd: at() });
    expect([code, stdout]).toEqual([
      0,
      expect.stringMatching(/reference [^]*paths +-?\d\.\d+ [^]*epochs=1,imageSize=4 [^]*4 architectures;/),
    ]);
    const written = JSON.parse(await readFile(at('out', 'agreement.json'), 'utf8')) as {
      others: { scores: number[] }[];
    };
    expect(written.others.map(({ scores }) => scores.length)).toEqual([4, 4]);
  }, 60_000);

  it.each([
    [`${sizes} --out out`, '--weights: is missing'],
    [`${sizes} --proxy epochs=1`, '--out: is missing'],
    [`${sizes} --proxy epoch=1 --out out`, 'did you mean "epochs"'],
    [`${sizes} --proxy epochs=1 --proxy epochs=1 --out out`, 'epochs=1: is given twice'],
    [`${sizes} --weights nowhere --out out`, 'nowhere: no such folder'],
    [`${sizes} --proxy epochs=1 --architectures 1 --out out`, 'whole number of at least 2'],
  ])('agreement %s tells what is wrong in one line', async (args, says) => {
    const { code, stderr } = await mixop(`agreement ${args}`, { cwd: at() });
    expect([stderr, code]).toEqual([expect.stringContaining(says), expect.any(Number)]);
    expect(code).toBeGreaterThan(1);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });
});

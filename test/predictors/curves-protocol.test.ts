import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { Random } from '../../src/base/random.ts';
import { openPosteriorCache } from '../../src/discrete-search/predictors/posterior-cache.ts';
import { completeCurves, leftOut } from '../../src/data/curves/curve.ts';
import { openCurves } from '../../src/data/curves/open.ts';
import { curveNetwork } from '../../src/predictors/curves/curve-network.ts';
import { curveFeatures, curveSvr } from '../../src/predictors/curves/curve-svr.ts';
import {
  extrapolationRule,
  medianRule,
  replay,
  replayDefaults,
} from '../../src/predictors/curves/early-termination.ts';
import type { CurveExtrapolator, Forecast, PartialCurve } from '../../src/predictors/curves/forecast.ts';
import { scoreExtrapolator, splitCurves } from '../../src/predictors/curves/measure.ts';
import { parametric } from '../../src/predictors/curves/parametric.ts';
import { bestSoFar, lastValue } from '../../src/predictors/curves/simple-rules.ts';
import { defaultFamilies, familyNames } from '../../src/predictors/curves/families.ts';
import { buildCli, mixop } from '../helpers/run-cli.ts';
import { sharedFile } from '../helpers/tables.ts';

const folder = mkdtempSync(join(tmpdir(), 'mixop-curves-'));

/** A file with this content, for a reader. */
function written(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

/** Runs of RobustDARTS's form, of which the last `diverged` have NaN. */
function robustDartsRuns(space: string, count: number, diverged: number): string[] {
  return Array.from({ length: count }, (_, i) => {
    const errors = Array.from({ length: 12 }, (_, epoch) => 90 - epoch - i);
    const last = i < count - diverged ? '5' : 'NaN';
    return `{"space": "${space}", "dataset": "c10", "drop_path": 0, "weight_decay": 0.001, "seed": ${i}, "valid_err": [${errors.join(', ')}, ${last}]}`;
  });
}

/** Rises linearly to `last` in `length` epochs. */
const straight = (last: number, length = 20): PartialCurve => ({
  values: Float64Array.from({ length }, (_, i) => (last * (i + 1)) / length),
  features: [last],
});

describe('early termination', () => {
  /** Knows the end of a straight run. */
  const oracle: CurveExtrapolator = {
    name: 'oracle',
    needs: 0,
    fit: (_, seen, length) => (running) =>
      running.map(({ values }) => {
        const mean = (values[seen - 1]! * length) / seen;
        return { mean, deviation: 0, above: (y) => (mean > y + 1e-12 ? 1 : 0) };
      }),
  };
  const curves = [0.5, 0.4, 0.45, 0.7, 0.6, 0.8].map((last) => straight(last));
  const options = { ...replayDefaults, first: 2, from: 10, every: 5 };

  it('with an oracle stops what will not be the best at the first check, and nothing else', () => {
    const order = [0, 1, 2, 3, 4, 5];
    const played = replay(curves, order, extrapolationRule(oracle, 0.05), Random.fromSeed(1), options);
    // 0.45 and 0.6 are stopped at epoch 10 of 20; 0.7 and 0.8 beat what ended before them.
    expect(played).toEqual({ epochs: 120, saved: 20, wouldBeBest: 2, wrong: 0, regret: 0 });
  });

  it('does not stop a run that is ahead, whatever its forecast', () => {
    const rule = extrapolationRule(
      { ...oracle, fit: () => () => [{ mean: 0, deviation: 0, above: () => 0 }] },
      0.05,
    );
    const judge = rule.learn([], 10, 20, Random.fromSeed(1));
    expect(judge({ values: Float64Array.of(0.6), features: [] }, 0.5)).toEqual({ stop: false });
    expect(judge({ values: Float64Array.of(0.4), features: [] }, 0.5)).toEqual({ stop: true, chance: 0 });
  });

  it('counts the best run stopped as wrong, with its regret', () => {
    const never: CurveExtrapolator = {
      ...oracle,
      fit: () => (running) => running.map(() => ({ mean: 0, deviation: 0, above: () => 0 })),
    };
    const played = replay(
      curves,
      [0, 1, 2, 3, 4, 5],
      extrapolationRule(never, 0.05),
      Random.fromSeed(1),
      options,
    );
    expect(played).toMatchObject({ saved: 40, wouldBeBest: 3, wrong: 3 });
    expect(played.regret).toBeCloseTo(0.3, 12);
  });

  it('by the median rule stops what is below the median of means so far', () => {
    const judge = medianRule.learn(
      [0.4, 0.6, 0.8].map((last) => straight(last)),
      10,
      20,
      Random.fromSeed(1),
    );
    // The mean of the first half of 0.6 is 0.165; a run to 0.32 has reached 0.16, a run to 0.34 has reached 0.17.
    expect(judge(straight(0.32), 1)).toEqual({ stop: true });
    expect(judge(straight(0.34), 1)).toEqual({ stop: false });
  });
});

/** A run with another value at an epoch. */
function withValue(run: PartialCurve, epoch: number, value: number): PartialCurve {
  return { ...run, values: run.values.map((own, i) => (i === epoch - 1 ? value : own)) };
}

function forecast(
  extrapolator: CurveExtrapolator,
  learn: readonly PartialCurve[],
  run: PartialCurve,
): Forecast {
  return extrapolator.fit(learn, 10, 20, Random.fromSeed(1))([run])[0]!;
}

describe('extrapolators', () => {
  const few = { steps: 40, walkers: 100, burnIn: 10, kept: 20 };
  const rows: readonly CurveExtrapolator[] = [
    lastValue,
    bestSoFar,
    curveSvr(5),
    curveNetwork({ steps: 300, burnIn: 100 }),
    parametric(few),
  ];
  const complete = Array.from({ length: 12 }, (_, i) => straight(0.5 + i / 100));
  it.each(rows)('$name refuses a value that is not finite, in what has ended and in what goes on', (one) => {
    const diverged = complete.map((run, i) => (i === 3 ? withValue(run, 20, Number.NaN) : run));
    expect(() => forecast(one, diverged, straight(0.5))).toThrow(
      /value 20 of complete curve 4 is NaN; leave/,
    );
    const infinite = withValue(straight(0.5), 4, Infinity);
    expect(() => forecast(one, complete, infinite)).toThrow(/value 4 of running curve 1 is Infinity; leave/);
  });

  it.each(rows)('$name refuses a run that is shorter than it is said to be', (one) => {
    const short = complete.map((run, i) => (i === 3 ? { ...run, values: run.values.subarray(0, 19) } : run));
    expect(() => forecast(one, short, straight(0.5))).toThrow(/complete curve 4 has 19 values, not 20/);
    const begun = { ...straight(0.5), values: straight(0.5).values.subarray(0, 9) };
    expect(() => forecast(one, complete, begun)).toThrow(/running curve 1 has 9 values, not 10/);
  });

  it.each(rows)('$name has finite forecasts of constant curves', (one) => {
    const constant = complete.map(() => ({ values: new Float64Array(20).fill(0.5), features: [1] }));
    const found = forecast(one, constant, constant[0]!);
    for (const value of [found.mean, found.deviation, found.above(0.4), found.above(0.5), found.above(0.6)])
      expect(Number.isFinite(value)).toBe(true);
    if (one.name === 'bayesian network' || one.name === 'mcmc') return;
    // Certain where all that has ended says the same.
    expect([found.mean, found.deviation]).toEqual([expect.closeTo(0.5, 9), 0]);
  });

  it('are refused fewer runs than they need', () => {
    expect(() => forecast(lastValue, complete.slice(0, 1), straight(0.5))).toThrow(
      /1 complete curves; give 2/,
    );
  });

  it('by mcmc take fewer points than the families have parameters: the prior stands in', () => {
    const { mean, deviation } = parametric(few).fit([], 3, 20, Random.fromSeed(1))([straight(0.5)])[0]!;
    expect([mean, deviation].every(Number.isFinite)).toBe(true);
    expect(deviation).toBeGreaterThan(0.01);
  });
});

describe('curve features', () => {
  it('are values, differences, second differences, mean, deviation and what was known before', () => {
    const features = curveFeatures({ values: Float64Array.of(1, 2, 4, 9), features: [7] }, 3);
    expect(features).toEqual([1, 2, 4, 1, 2, 1, 7 / 3, Math.sqrt(14 / 9), 7]);
  });

  it('are not learned from fewer than 10 curves', () => {
    const nine = Array.from({ length: 9 }, (_, i) => straight(i / 10));
    expect(() => curveSvr(5).fit(nine, 10, 20, Random.fromSeed(1))).toThrow(
      /9 complete curves; give 10 or more/,
    );
  });

  it('leave rejected promises loud, though libsvm-js would end the process in silence', () => {
    const silent = process.listeners('unhandledRejection').map(String);
    expect(silent.filter((listener) => listener.includes('process["exit"]'))).toEqual([]);
  });
});

describe('learning curve files', () => {
  it('are told apart by content, each with its map to rising values', async () => {
    const nlp = written(
      'nlp.json',
      JSON.stringify([
        {
          recepie_id: 1,
          status: 'OK',
          num_params: 1000,
          recepie: { a: { op: 'linear' }, b: { op: 'linear' } },
          val_losses: [Math.log(33278), 0],
        },
        { recepie_id: 2, status: 'loss is nan!', num_params: 10, recepie: {}, val_losses: [5, null] },
      ]),
    );
    const [set] = await openCurves(nlp);
    expect([...set!.curves[0]!.values]).toEqual([0, 1]);
    expect(set!.curves[0]!.features).toEqual([3, 2, 2]);
    expect(completeCurves(set!).map(({ name }) => name)).toEqual(['1']);

    const losses = new Float32Array(102).fill(0.25);
    losses[0] = Number.NaN;
    losses[1] = 1e20;
    const [tasks] = await openCurves(written('task.valid.f32', new Uint8Array(losses.buffer)));
    expect(tasks).toMatchObject({ name: 'task', length: 51 });
    expect([...tasks!.curves[0]!.values.subarray(0, 3)]).toEqual([0, 0, 0.75]);
  });

  it('end a curve before its first value that is not finite, as null or as Python writes it', async () => {
    const run = { dataset: 'c10', drop_path: 0, weight_decay: 1e-3, seed: 1 };
    const ends = ['[50, 25, 10]', '[50, NaN, 10]', '[50, 20, null]', '[-Infinity, 20, 10]', '[50, 20]'];
    const records = ends.map((valid_err) =>
      JSON.stringify({ space: 'a "NaN" b', valid_err: 0, ...run }).replace(
        '"valid_err":0',
        `"valid_err":${valid_err}`,
      ),
    );
    const [set] = await openCurves(written('diverged.json', `[${records.join(', ')}]`));
    expect(set!.name).toBe('robustdarts-a "NaN" b');
    expect(set!.curves.map(({ values, diverged }) => [values.length, diverged])).toEqual([
      [3, false],
      [1, true],
      [2, true],
      [0, true],
      [2, false],
    ]);
    expect(leftOut(set!)).toEqual({ notFinite: 3, short: 1 });
  });

  it.each([
    { name: 'cut.f32', content: new Uint8Array(205), message: /205 bytes are no rows of 51 float32/ },
    { name: 'other.json', content: '[{"a": 1}]', message: /holds no learning curves that are known; give/ },
    {
      name: 'bad.json',
      content: '[{"valid_err": ["x"], "space": "s1"}]',
      message: /bad\.json, 0\.dataset: /,
    },
    {
      name: 'feature.json',
      content: '[{"valid_err": [1], "space": "s1", "dataset": "c10", "drop_path": NaN}]',
      message: /feature\.json, 0\.drop_path: is not a finite number; leave this curve out/,
    },
    { name: 'cut.json', content: '[{"valid_err": [1', message: /cut\.json:1:\d+: is not JSON/ },
  ])('are refused: $name', async ({ name, content, message }) => {
    await expect(openCurves(written(name, content))).rejects.toThrow(message);
  });
});

describe('the command', () => {
  beforeAll(buildCli, 120_000);

  it('counts the curves that are left out, and the sets', async () => {
    const name = 'some-nan.json';
    written(name, `[${[...robustDartsRuns('s1', 40, 3), ...robustDartsRuns('s2', 20, 1)].join(',\n')}]`);
    const text = await mixop(`curves error ${name} --methods last`, { cwd: folder });
    expect(text.code).toBe(0);
    expect(text.stdout).toContain(
      'robustdarts-s1: 37 complete curves of 13; 3 of 40 left out: 3 not finite; value = 1 - error / 100\n',
    );
    expect(text.stderr).toContain(
      'fewer than 20 complete curves: robustdarts-s2: 19 complete curves of 13; 1 of 20',
    );
    const { stdout } = await mixop(`curves stop ${name} --methods last --json`, { cwd: folder });
    expect(JSON.parse(stdout.split('\n')[0]!)).toMatchObject({ leftOut: { notFinite: 3, short: 0 } });
  });

  it('refuses a file whose curves are left out, and says why', async () => {
    written('all-nan.json', `[${robustDartsRuns('s1', 30, 30).join(',\n')}]`);
    const { code, stderr } = await mixop('curves error all-nan.json --methods last', { cwd: folder });
    expect(code).toBe(4);
    expect(stderr).toMatch(
      /^mixop: all-nan\.json: no set has 20 complete curves: robustdarts-s1: 0 .*30 of 30 left out: 30 not finite; give/,
    );
  });

  it('names the families that mcmc fits, and those that there are', async () => {
    const { stdout } = await mixop('curves error --help', { cwd: folder });
    const flat = stdout.replaceAll(/\s+/g, ' ');
    expect(flat).toContain(`Of the ${familyNames.length} families of Domhan et al. 2015`);
    expect(flat).toContain(
      `the ${defaultFamilies.length} that the authors combine: ${defaultFamilies.join(', ')}.`,
    );
    expect(flat).toContain('--families all adds vaporPressure and ilog2.');
    const wrong = await mixop('curves error none.json --methods mcmc --families pow3,ilog', { cwd: folder });
    expect(wrong.stderr).toContain(
      '--families: "ilog" is not a family; did you mean ilog2? known: vaporPressure',
    );
    expect(wrong.code).toBe(2);
  });

  it('fits all families where that is asked for', async () => {
    written('smooth.json', `[${robustDartsRuns('s1', 20, 0).join(',\n')}]`);
    const args = 'curves error smooth.json --methods mcmc --steps 10 --ask 1 --json --families';
    const scores = await Promise.all(
      ['all', defaultFamilies.join(','), 'pow3,ilog2'].map(async (families) => {
        const { code, stdout } = await mixop(`${args} ${families}`, { cwd: folder });
        expect(code).toBe(0);
        return (JSON.parse(stdout.split('\n')[0]!) as { rmse: number }).rmse;
      }),
    );
    expect(new Set(scores).size).toBe(3);
  });
});

describe('kept posteriors', () => {
  it('come back from the file, and a line that was cut is taken off', () => {
    const path = join(folder, 'posteriors.jsonl');
    const values = { means: [0.1, 0.2], deviations: [0.3, 0.4] };
    openPosteriorCache(path).set('a', values);
    const whole = readFileSync(path, 'utf8');
    writeFileSync(path, `${whole}{"key":"b","me`);
    const cache = openPosteriorCache(path);
    expect(cache.get('a')).toEqual(values);
    expect(cache.get('b')).toBeUndefined();
    expect(readFileSync(path, 'utf8')).toBe(whole);
  });

  it('are refused with the line that is none', () => {
    expect(() => openPosteriorCache(written('none.jsonl', '{"x": 1}\n'))).toThrow(
      /none\.jsonl:1: is not a posterior/,
    );
  });
});

describe('real curves', () => {
  it.for([
    { file: 'lc/nasbench-nlp-wikitext2.json', learn: 100, r2: 0.5 },
    { file: 'robustdarts/darts_search_runs.json', learn: 40, r2: 0.8 },
  ])(
    'curve SVR explains more than the last value at 25 % of $file',
    async ({ file, learn, r2 }, { skip }) => {
      const path = sharedFile(file);
      skip(!existsSync(path), `${path} is absent`);
      for (const set of await openCurves(path)) {
        const random = Random.fromSeed(1);
        const split = splitCurves(completeCurves(set), learn, 300, random);
        const scores = [curveSvr(15), lastValue, bestSoFar].map((extrapolator) =>
          scoreExtrapolator(extrapolator, split, Math.floor(set.length / 4), random),
        );
        expect(scores[0]!.r2!).toBeGreaterThan(Math.max(r2, scores[1]!.r2!));
        expect(scores[0]!.spent).toBe(learn);
      }
    },
  );
});

// Early termination of trainings that are under way: when a rule looks and what it says, in `retrain` and in searches
// without gradient.

import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { Random } from '../../src/base/random.ts';
import type { Evaluation, EvaluationRequest, Evaluator } from '../../src/discrete-baselines/evaluator.ts';
import { type LoopState, runSearcher, startState } from '../../src/discrete-baselines/loop.ts';
import { randomSearch } from '../../src/discrete-baselines/strategies/random-search.ts';
import { retrainSeeds, type SeedsOptions } from '../../src/networks/retrain-seeds.ts';
import type { PartialCurve } from '../../src/predictors/curves/forecast.ts';
import {
  checkStopping,
  lookAt,
  type Stopping,
  stoppingRules,
  stoppingSchema,
  summariseStopping,
} from '../../src/predictors/curves/stopping.ts';
import { collectRun } from '../../src/report/collect.ts';
import { reportPage } from '../../src/report/page.ts';
import { decisionSpaceOf } from '../../src/engine/decision-space.ts';
import { nasbench201 } from '../../src/supernet/spaces/nasbench201.ts';
import { buildCli, mixop } from '../helpers/run-cli.ts';
import { useTemporaryFolder } from '../helpers/runs-setup.ts';

const length = 20;

/** Rises towards `end` as fast as all others do. */
const curve = (end: number, seen = length): PartialCurve => ({
  values: Float64Array.from({ length: seen }, (_, i) => end * (1 - Math.exp(-(i + 1) / 4))),
  features: [],
});

const ended = Array.from({ length: 12 }, (_, i) => curve(0.5 + 0.03 * i));
const settings = (rule: Stopping['rule'], more: object = {}): Stopping =>
  stoppingSchema.parse({ rule, ...more });
const look = (rule: Stopping['rule'], running: PartialCurve, more: object = {}, runs = ended) =>
  lookAt(settings(rule, more), runs, running, length, Random.fromSeed(1));

describe('a look at a run', () => {
  it.each(stoppingRules.filter((rule) => rule !== 'network' && rule !== 'mcmc'))(
    'by %s ends one that is far behind and no other',
    (rule) => {
      const stop = look(rule, curve(0.3, 10), { risk: 0.05 });
      expect(stop).toMatchObject({ seen: 10, saved: 10, best: ended.at(-1)!.values.at(-1)! });
      expect(stop!.chance ?? 0).toBeLessThan(0.05);
      expect(look(rule, curve(0.95, 10), { risk: 0.05 })).toBeUndefined();
    },
  );

  it('by mcmc needs the best of one run only, and foresees from the curve itself', () => {
    const more = { first: 2, risk: 0.05 };
    const best = [curve(0.9), curve(0.8)];
    expect(look('mcmc', curve(0.4, 10), more, best)!.chance).toBeLessThan(0.05);
    expect(look('mcmc', curve(0.85, 10), { ...more, risk: 1e-9 }, best)).toBeUndefined();
  }, 60_000);

  it.each([
    ['before the first look', curve(0.3, 9), {}, ended],
    ['between two looks', curve(0.3, 12), {}, ended],
    ['at its end', curve(0.3, 20), {}, ended],
    ['while too few have ended', curve(0.3, 10), { first: 13 }, ended],
    [
      'where others were shorter',
      curve(0.3, 10),
      {},
      ended.map(({ values }) => ({ values: values.slice(1), features: [] })),
    ],
    ['where others have values that are not finite', curve(0.3, 10), {}, ended.map(() => curve(Number.NaN))],
  ])('%s says nothing', (_, running, more, runs) => {
    expect(look('last', running, more, runs)).toBeUndefined();
  });

  it('is the same again', () => {
    const once = look('svr', curve(0.7, 10), { risk: 0.9 });
    expect(once).toBeDefined();
    expect(look('svr', curve(0.7, 10), { risk: 0.9 })).toEqual(once);
  });

  it('is refused where a rule would learn from too few', () => {
    expect(() => checkStopping(settings('svr', { first: 9 }), 'first')).toThrow(
      /9 runs are too few for svr; give 10/,
    );
    expect(() => checkStopping(settings('mcmc', { first: 2 }), 'first')).not.toThrow();
  });

  it('is summed up by epochs saved and by the chances of mistakes', () => {
    const stop = { seen: 10, saved: 20, best: 0.9 };
    const runs = [{ epochs: 30 }, { epochs: 10, stop: { ...stop, chance: 0.25 } }];
    expect(summariseStopping(runs)).toEqual({ runs: 2, stopped: 1, epochs: 60, saved: 20, mistakes: 0.25 });
    expect(summariseStopping([...runs, { epochs: 10, stop }])).toEqual({
      runs: 3,
      stopped: 2,
      epochs: 90,
      saved: 40,
    });
  });
});

describe('in a search without gradient', () => {
  const space = decisionSpaceOf(nasbench201);
  /** Curves whose ends rise with the number of convolutions; ends early where it is told to. */
  const training: Evaluator = {
    name: 'synthetic',
    evaluate({ architecture, stopping, random }: EvaluationRequest): Promise<Evaluation> {
      const end = 0.3 + 0.1 * architecture.filter((operation) => operation === 3).length;
      const complete = (stopping?.ended ?? []).map(({ values, features }) => ({
        values: Float64Array.from(values),
        features,
      }));
      for (let seen = 1; seen <= length; seen++) {
        const running = curve(end, seen);
        const stop = stopping && lookAt(stopping.settings, complete, running, length, random);
        if (stop === undefined && seen < length) continue;
        const values = Array.from(running.values);
        const result = { score: values.at(-1)!, seconds: 1, epochs: seen, curve: values, metrics: {} };
        return Promise.resolve({ ...result, ...(stop && { stop }) });
      }
      throw new Error('a run has an end');
    },
  };
  const searcher = randomSearch(space);
  const stopEarly = settings('last', { first: 5, risk: 0.05 });
  const options = { space, searcher, evaluator: training, seed: 3, stopEarly };

  async function run(from: LoopState, evaluations: number, batch = 1) {
    let state = from;
    const told = [];
    for await (const event of runSearcher(from, { ...options, batch, limits: { evaluations } })) {
      ({ state } = event);
      if (event.kind === 'told') told.push(...event.results);
    }
    return { state, told };
  }

  it('saves epochs, and no ended run is taught or beats the best', async () => {
    const { state, told } = await run(startState(searcher, 3), 40);
    const stopped = told.filter(({ evaluation }) => evaluation.stop !== undefined);
    expect(stopped.length).toBeGreaterThan(10);
    expect(state.ended).toHaveLength(40 - stopped.length);
    expect(state.ended!.every(({ features }) => features.length > 0)).toBe(true);
    expect(told.slice(0, 5).some(({ evaluation }) => evaluation.stop)).toBe(false);
    const best = Math.max(...told.map(({ evaluation }) => evaluation.score));
    expect(best).toBe(Math.max(...state.ended!.map(({ values }) => values.at(-1)!)));
    expect(state.epochs).toBe(
      40 * length - stopped.reduce((sum, { evaluation }) => sum + evaluation.stop!.saved, 0),
    );
  });

  it('goes on from a state as plain JSON to the same end', async () => {
    const whole = await run(startState(searcher, 3), 30, 3);
    const { state } = await run(startState(searcher, 3), 12, 3);
    const rest = await run(JSON.parse(JSON.stringify(state)) as LoopState, 30, 3);
    expect(rest.state).toEqual(whole.state);
    expect(rest.told).toEqual(whole.told.slice(12));
  });
});

describe('in trainings', () => {
  const at = useTemporaryFolder();
  const options = (folder: string): SeedsOptions => ({
    genotype: 'DARTS_V2',
    config: {
      channels: 2,
      cells: 3,
      epochs: 5,
      batch: 32,
      trainFraction: 0.1,
      stopEarly: { rule: 'last', first: 2, from: 3, every: 1, risk: 0.4 },
    },
    seeds: 4,
    threads: 1,
    out: at(folder),
  });

  it('ends seeds that will not become the best, and a resumed run ends where the whole one did', async () => {
    const whole = await retrainSeeds(options('whole'));
    const { stopping, runs } = whole;
    expect(stopping).toMatchObject({ runs: 4, epochs: 20 });
    expect(stopping!.stopped).toBeGreaterThan(0);
    const rest = runs.filter(({ stop }) => stop === undefined);
    expect(whole.last.values).toEqual(rest.map(({ history }) => history.at(-1)!.validAccuracy));
    for (const { history, stop } of runs) expect(history).toHaveLength(stop?.seen ?? 5);

    const halt = new AbortController();
    const seen: number[] = [];
    const cut = await retrainSeeds({
      ...options('cut'),
      signal: halt.signal,
      onProgress: (progress) => {
        if (progress.kind === 'start') seen.push(progress.seed);
        if (progress.kind === 'epoch' && seen.length === 3 && progress.record.epoch === 1) halt.abort();
      },
    });
    expect(cut.finished).toBe(false);
    const resumed = await retrainSeeds({ ...options('cut'), resume: true });
    expect(resumed.stopping).toEqual(stopping);
    expect(resumed.runs.map(({ weights, stop }) => ({ weights, stop }))).toEqual(
      runs.map(({ weights, stop }) => ({ weights, stop })),
    );
    const [stopped] = runs.filter(({ stop }) => stop !== undefined);
    const lines = readFileSync(`${stopped!.out}/metrics.jsonl`, 'utf8').trimEnd().split('\n');
    expect(JSON.parse(lines.at(-1)!)).toMatchObject({ kind: 'finished', stoppedEarly: { ...stopped!.stop } });

    const reported = await Promise.all(runs.map(({ out }) => collectRun(out!)));
    const page = await reportPage(reported);
    const { stopped: ended, saved, mistakes } = stopping!;
    const cells = ['all', `${ended} of 4`, `${saved} of 20`, mistakes!.toPrecision(1)];
    expect(page).toContain('<h3>Early termination</h3>');
    expect(page.replaceAll(' class="number"', '')).toContain(
      `<tr>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`,
    );
    expect(page.match(/<p>It was ended after epoch [34] of 5: it is not expected to beat/g)).toHaveLength(
      ended,
    );
    expect(page.match(/<p>It could have been ended early, and was not\.<\/p>/g)).toHaveLength(4 - ended);
    expect(page.match(/training, ended early, [34] of 5 epochs/g)).toHaveLength(ended);
    // A training that has not ended is not counted; one that could not be ended early says nothing.
    const [first, ...others] = reported;
    expect(await reportPage([{ ...first!, finished: false }, ...others])).toMatch(/>\d of 3<.*> *\d+ of 15</);
    const { stopEarly, ...config } = first!.config;
    expect(stopEarly).toBeDefined();
    expect(await reportPage([{ ...first!, config }])).not.toMatch(/ended early|Early termination/);
  }, 120_000);
});

describe('on the command line', () => {
  const at = useTemporaryFolder();
  beforeAll(buildCli);
  const small =
    '--train channels=2 --train cells=3 --train epochs=5 --train dataShare=0.1 --train trainFraction=0.5';

  it('a search says what was saved and the mistakes that may have been made', async () => {
    const early =
      '--stop-early last --stop-early first=2 --stop-early from=3 --stop-early every=1 --stop-early risk=0.5';
    const { code, stdout, stderr } = await mixop(
      `baseline random ${small} ${early} --budget 6 --threads 1 --out run`,
      {
        cwd: at(),
      },
    );
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(
      /^stop early +[1-4] of 6 runs; \d+ of 30 epochs saved \(.*%\); \S.* mistakes expected$/m,
    );
    expect(readFileSync(at('run/ledger.jsonl'), 'utf8')).toMatch(/"stop":\{"best":/);
    const [, stopped, saved, mistakes] =
      /([1-4] of 6) runs; (\d+ of 30) epochs saved .*; (\S+) mistakes/.exec(stdout)!;
    expect((await mixop('report run', { cwd: at() })).code).toBe(0);
    expect(readFileSync(at('report.html'), 'utf8')).toContain(
      `<td>run</td>${[stopped, saved, mistakes].map((cell) => `<td class="number">${cell}</td>`).join('')}`,
    );
  });

  it.each([
    ['baseline random --train epochs=9 --stop-early svm --budget 2', '--stop-early rule: is "svm"'],
    [
      'baseline random --train epochs=9 --stop-early svr --stop-early first=3 --budget 2',
      '--stop-early first: 3 runs are too few',
    ],
    [
      'baseline random --zero-cost images=8 --stop-early svr --budget 2',
      'zero-cost has no trainings to stop',
    ],
    ['retrain DARTS_V2 --stop-early svm', '--stop-early: is "svm"'],
    ['retrain DARTS_V2 --stop-early last --beside nowhere', 'nowhere: no such folder'],
  ])('refuses %s', async (args, says) => {
    const { code, stderr } = await mixop(args, { cwd: at() });
    expect(stderr).toContain(says);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(code).toBeGreaterThan(1);
  });
});

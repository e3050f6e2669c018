// The loop of searches without gradient: limits, order, stops, resuming to the same results.

import { describe, expect, it } from 'vitest';
import type { Evaluator } from '../../src/discrete-baselines/evaluator.ts';
import { type Limits, type LoopState, runSearcher, startState } from '../../src/discrete-baselines/loop.ts';
import type { Told } from '../../src/discrete-baselines/searcher.ts';
import { agingEvolution } from '../../src/discrete-baselines/strategies/aging-evolution.ts';
import { randomSearch } from '../../src/discrete-baselines/strategies/random-search.ts';
import { bits, planted, runAll } from '../helpers/planted.ts';

const space = bits(20);
const ones = (architecture: readonly number[]): number => architecture.reduce((sum, bit) => sum + bit, 0);
const aging = agingEvolution(space, { population: 8, sample: 3 });
const common = { space, searcher: aging, evaluator: planted(ones), seed: 5 };

const copy = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

async function drawnScores(batch: number): Promise<number[]> {
  const evaluator: Evaluator = {
    name: 'noise',
    evaluate: async ({ random }) => ({ score: random.uniform(), seconds: 0, epochs: 0, metrics: {} }),
  };
  const searcher = randomSearch(space);
  const results = await runAll({ ...common, searcher, evaluator, limits: { evaluations: 12 }, batch });
  return results.map(({ evaluation }) => evaluation.score);
}

describe('limits', () => {
  it.each<{ limits: Limits; evaluator?: Evaluator; batch?: number; evaluations: number }>([
    { limits: { evaluations: 17 }, evaluations: 17 },
    { limits: { evaluations: 17 }, batch: 5, evaluations: 17 },
    { limits: { epochs: 9 }, evaluations: 9 },
    // The fourth would end at 12.
    { limits: { seconds: 11.9 }, evaluator: planted(ones, { seconds: 3 }), evaluations: 3 },
    { limits: { seconds: 12 }, evaluator: planted(ones, { seconds: 3 }), evaluations: 4 },
    { limits: { seconds: 11.9 }, evaluator: planted(ones, { seconds: 3 }), batch: 4, evaluations: 3 },
    { limits: { evaluations: 9, epochs: 7, seconds: 8 }, evaluations: 7 },
  ])('$limits in batches of $batch: $evaluations', async ({ limits, evaluator, batch = 1, evaluations }) => {
    const results = await runAll({ ...common, limits, batch, ...(evaluator && { evaluator }) });
    expect(results.map(({ id }) => id)).toEqual(Array.from({ length: evaluations }, (_, i) => i));
  });

  it.each<[Limits, number, string]>([
    [{ evaluations: 0 }, 1, 'evaluations: a budget of 0'],
    [{ seconds: Number.NaN }, 1, 'seconds: a budget of NaN'],
    [{}, 1, 'limits: there is none'],
    [{ evaluations: 3 }, 0, 'batch: 0'],
  ])('%j in batches of %i is refused', async (limits, batch, message) => {
    await expect(runAll({ ...common, limits, batch })).rejects.toThrow(message);
  });
});

describe('going on from a state', () => {
  it.each([1, 3, 8])('ends in the same results, batches of %i', async (batch) => {
    const options = { ...common, limits: { evaluations: 60 }, batch };
    const whole: Told[] = [];
    const states: { readonly state: LoopState; readonly told: number }[] = [];
    for await (const event of runSearcher(startState(aging, 5), options)) {
      if (event.kind === 'told') whole.push(...event.results);
      states.push({ state: copy(event.state), told: whole.length });
    }
    for (const { state, told } of states) {
      const rest: Told[] = [];
      for await (const event of runSearcher(state, options)) {
        if (event.kind === 'told') rest.push(...event.results);
      }
      expect([...whole.slice(0, told), ...rest]).toEqual(whole);
    }
  });

  it.each(['asked', 'finished'] as const)(
    'told when %s: what was running when it was stopped is done again',
    async (order) => {
      const stopping = new AbortController();
      const evaluator = planted(ones, { delay: (id) => (id * 7) % 5 });
      const options = { ...common, evaluator, limits: { evaluations: 40 }, batch: 4, order };
      const ids: number[] = [];
      let stopped: LoopState | undefined;
      for await (const event of runSearcher(startState(aging, 5), { ...options, signal: stopping.signal })) {
        if (event.kind === 'stopped') stopped = copy(event.state);
        else ids.push(...event.results.map(({ id }) => id));
        if (ids.length >= 12) stopping.abort();
      }
      expect(stopped!.told).toBe(ids.length);
      for await (const event of runSearcher(stopped!, options)) {
        if (event.kind === 'told') ids.push(...event.results.map(({ id }) => id));
      }
      expect(ids.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (_, i) => i));
    },
  );
});

describe('order', () => {
  // The first of every four takes longest.
  const options = {
    ...common,
    evaluator: planted(ones, { delay: (id) => (id % 4 === 0 ? 12 : 1) }),
    limits: { evaluations: 16 },
    batch: 4,
  };

  it('told as asked: as the evaluations were quick', async () => {
    const quick = await runAll({ ...options, evaluator: planted(ones) });
    expect(await runAll(options)).toEqual(quick);
  });

  it('told when finished: out of order, each once', async () => {
    const ids = (await runAll({ ...options, order: 'finished' })).map(({ id }) => id);
    expect(ids[0]).not.toBe(0);
    expect(ids.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 16 }, (_, i) => i));
  });
});

it('draws an evaluation from a stream of its own', async () => {
  expect(await drawnScores(5)).toEqual(await drawnScores(1));
});

it('ends when the searcher has no more proposals', async () => {
  const searcher = { ...randomSearch(space), ask: () => ({ state: null, proposals: [] }) };
  expect(await runAll({ ...common, searcher, limits: { evaluations: 3 } })).toEqual([]);
});

it.each([
  ['score', { score: Number.NaN }],
  ['latency', { metrics: { latency: Infinity } }],
])('a %s that is not finite ends the search with its number', async (name, bad) => {
  const evaluator: Evaluator = {
    name: 'broken',
    evaluate: async ({ id }) => ({ score: 1, seconds: 0, epochs: 0, metrics: {}, ...(id === 2 && bad) }),
  };
  const running = runAll({ ...common, evaluator, limits: { evaluations: 5 } });
  await expect(running).rejects.toThrow(`evaluation 2: ${name} of broken is`);
});

it('one failure among several ends the search with that error', async () => {
  const evaluator: Evaluator = {
    ...planted(ones),
    evaluate: ({ id }) => Promise.reject(new Error(`evaluation ${id} broke`)),
  };
  await expect(runAll({ ...common, evaluator, limits: { evaluations: 5 }, batch: 3 })).rejects.toThrow(
    'broke',
  );
});

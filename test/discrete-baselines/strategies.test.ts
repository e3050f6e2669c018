// Strategies without gradient against known answers: closed forms, enumeration, planted optima.

import { describe, expect, it } from 'vitest';
import { Random } from '../../src/base/random.ts';
import type { Architecture } from '../../src/discrete-baselines/architecture.ts';
import { chainSpace } from '../../src/discrete-baselines/spaces/chain-space.ts';
import { decisionsOf } from '../../src/discrete-baselines/decisions.ts';
import {
  logProbabilityGradient,
  probabilities,
  samplePolicy,
} from '../../src/discrete-baselines/softmax-policy.ts';
import { agingEvolution } from '../../src/discrete-baselines/strategies/aging-evolution.ts';
import { localSearch } from '../../src/discrete-baselines/strategies/local-search.ts';
import { oneShot } from '../../src/discrete-baselines/strategies/one-shot.ts';
import { epsilonAt, metaQnn, qLearning } from '../../src/discrete-baselines/strategies/q-learning.ts';
import { randomSearch } from '../../src/discrete-baselines/strategies/random-search.ts';
import { reinforce } from '../../src/discrete-baselines/strategies/reinforce.ts';
import { tournament } from '../../src/discrete-baselines/strategies/tournament.ts';
import { decisionSpaceOf } from '../../src/engine/decision-space.ts';
import { dartsCnn } from '../../src/supernet/spaces/darts-cnn.ts';
import { bits, planted, runAll } from '../helpers/planted.ts';

const sum = (architecture: Architecture): number => architecture.reduce((total, bit) => total + bit, 0);

it('random search hits the top k of N in n draws with probability 1 - (1 - k/N)^n', async () => {
  const space = chainSpace({ name: 'chain', layers: 5, choices: ['a', 'b', 'c', 'd'] });
  const [k, draws, runs] = [10, 50, 1000];
  // The top 10 of 1,024: those that read as a number below 10.
  const score = (architecture: Architecture): number => (parseInt(architecture.join(''), 4) < k ? 1 : 0);
  const options = {
    space,
    searcher: randomSearch(space),
    evaluator: planted(score),
    limits: { evaluations: draws },
  };
  let hits = 0;
  for (let seed = 0; seed < runs; seed++) {
    const results = await runAll({ ...options, seed });
    hits += results.some(({ evaluation }) => evaluation.score === 1) ? 1 : 0;
  }
  const expected = 1 - (1 - k / 1024) ** draws;
  expect(Math.abs(hits / runs - expected)).toBeLessThan(4 * Math.sqrt((expected * (1 - expected)) / runs));
});

describe('aging evolution', () => {
  it('solves OneMax of 100 bits under noise', async () => {
    const space = bits(100);
    const noise = Random.fromSeed(1);
    const noisy = planted((architecture) => sum(architecture) + noise.normal());
    const searcher = agingEvolution(space, { population: 50, sample: 12 });
    const results = await runAll({
      space,
      searcher,
      evaluator: noisy,
      seed: 1,
      limits: { evaluations: 4000 },
    });
    const late = results.slice(-50).map(({ architecture }) => sum(architecture));
    expect(late.reduce((a, b) => a + b, 0) / late.length).toBeGreaterThan(95);
  });

  it('keeps the newest, also where they are worse', () => {
    const searcher = agingEvolution(bits(3), { population: 2, sample: 2 });
    const random = Random.fromSeed(1);
    let state = searcher.init(random);
    for (const score of [9, 5, 1]) {
      const evaluation = { score, seconds: 0, epochs: 0, metrics: {} };
      state = searcher.tell(state, [{ id: 0, architecture: [0, 0, 0], evaluation }], random);
    }
    expect(state.population.map(({ score }) => score)).toEqual([5, 1]);
  });
});

describe('local search', () => {
  it('climbs to the optimum of a slope, and starts again there', async () => {
    const space = bits(12);
    const searcher = localSearch(space);
    const options = { space, searcher, evaluator: planted(sum), limits: { evaluations: 400 } };
    for (const batch of [1, 7]) {
      const results = await runAll({ ...options, seed: 3, batch });
      const tops = results.filter(({ evaluation }) => evaluation.score === 12);
      expect(tops.length).toBeGreaterThan(1);
      // Within a climb nothing is evaluated twice.
      const names = results.map(({ architecture, context }) => `${String(context)} ${architecture.join('')}`);
      expect(new Set(names).size).toBe(names.length);
    }
  });
});

const reward = (architecture: Architecture): number => Math.sin(7 * parseInt(architecture.join(''), 4));

describe('the softmax policy', () => {
  const space = chainSpace({ name: 'chain', layers: 3, choices: ['a', 'b', 'c', 'd'] });
  const random = Random.fromSeed(2);
  const logits = Array.from({ length: 3 }, () => Array.from({ length: 4 }, () => random.normal()));
  const every = Array.from({ length: 64 }, (_, i) => Array.from(i.toString(4).padStart(3, '0'), Number));
  const probability = (architecture: Architecture): number =>
    decisionsOf(space, architecture).reduce(
      (product, decision, i) => product * probabilities(logits[i]!, decision)[architecture[i]!]!,
      1,
    );

  it('has probabilities that sum to 1 over all architectures', () => {
    expect(every.reduce((total, one) => total + probability(one), 0)).toBeCloseTo(1, 12);
  });

  it('has a Monte-Carlo gradient that agrees with the exact one by enumeration', () => {
    const exact = logits.map((row) => row.map(() => 0));
    for (const one of every) {
      const gradient = logProbabilityGradient(space, logits, one);
      for (const [i, row] of gradient.entries())
        for (const [j, value] of row.entries()) exact[i]![j]! += probability(one) * reward(one) * value;
    }
    const draws = 40_000;
    const mean = logits.map((row) => row.map(() => 0));
    for (let n = 0; n < draws; n++) {
      const one = samplePolicy(space, logits, random);
      const gradient = logProbabilityGradient(space, logits, one);
      for (const [i, row] of gradient.entries())
        for (const [j, value] of row.entries()) mean[i]![j]! += (reward(one) * value) / draws;
    }
    for (const [i, row] of exact.entries())
      for (const [j, value] of row.entries())
        expect(Math.abs(mean[i]![j]! - value)).toBeLessThan(4.5 / Math.sqrt(draws));
  });

  it('draws only what is open', () => {
    const darts = decisionSpaceOf(dartsCnn);
    const flat = decisionsOf(darts, darts.sample(random)).map(({ size }) =>
      Array.from({ length: size }, () => 0),
    );
    for (let n = 0; n < 200; n++) {
      const cells = darts.edges(samplePolicy(darts, flat, random));
      for (const edges of cells) {
        const places = edges.map(({ from, node }) => `${node} ${from}`);
        expect(new Set(places).size).toBe(8);
      }
    }
  });
});

it('REINFORCE learns a planted optimum', async () => {
  const space = bits(10);
  const searcher = reinforce(space, { rate: 0.05, decay: 0.9, scale: 1e-3 });
  const options = { space, searcher, evaluator: planted(sum), limits: { evaluations: 800 } };
  const late = (await runAll({ ...options, seed: 4 }))
    .slice(-50)
    .map(({ architecture }) => sum(architecture));
  expect(late.reduce((a, b) => a + b, 0) / late.length).toBeGreaterThan(9);
});

describe('pairwise tournaments', () => {
  it('keep the population at its size; of the two drawn the worse is always killed, and the better is the parent', () => {
    const space = bits(6);
    const searcher = tournament(space, { population: 5 });
    const random = Random.fromSeed(1);
    let state = searcher.init(random);
    const scores = new Map<number, number>();
    const sizes = new Set<number>();
    const wrong: number[] = [];
    for (let id = 0; id < 200; id++) {
      const asking = searcher.ask(state, 1, random);
      const [proposal] = asking.proposals;
      const alive = asking.state.population;
      const [killed] = state.population.filter((one) => !alive.includes(one));
      const parent = alive.find((one) => one.id === proposal!.parent);
      if (id >= 5) sizes.add(state.population.length);
      if (id >= 5 && !(parent!.score >= killed!.score && state.population.length - alive.length === 1))
        wrong.push(id);
      const score = sum(proposal!.architecture);
      scores.set(id, score);
      const evaluation = { score, seconds: 0, epochs: 0, metrics: {} };
      state = searcher.tell(asking.state, [{ ...proposal!, id, evaluation }], random);
    }
    expect([[...sizes], wrong]).toEqual([[5], []]);
    expect(Math.max(...scores.values())).toBe(6);
  });
});

const score = (architecture: Architecture): number =>
  50 + 40 * Math.sin(11 * parseInt(architecture.join(''), 3));

describe('Q-learning', () => {
  const space = chainSpace({ name: 'chain', layers: 4, choices: ['a', 'b', 'c'] });
  const every = Array.from({ length: 81 }, (_, i) => Array.from(i.toString(3).padStart(4, '0'), Number));
  const best = every.reduce((a, b) => (score(b) > score(a) ? b : a));

  it('has a greedy policy that is the brute-force argmax', async () => {
    const searcher = qLearning(space, { ...metaQnn, rate: 0.1, state: 'prefix', schedule: 0.05, first: 0 });
    const results = await runAll({
      space,
      searcher,
      evaluator: planted(score),
      seed: 2,
      limits: { evaluations: 600 },
    });
    let state = searcher.init(Random.fromSeed(0));
    for (const told of results) state = searcher.tell(state, [told], Random.fromSeed(told.id));
    const greedy: number[] = [];
    while (greedy.length < 4) {
      const values = state.q[greedy.join(' ')]!;
      greedy.push([0, 1, 2].reduce((a, b) => ((values[b] ?? 0) > (values[a] ?? 0) ? b : a)));
    }
    expect(greedy).toEqual(best);
  });

  it('moves backwards: the value before takes what the value after has just become', () => {
    const searcher = qLearning(space, { ...metaQnn, rate: 0.5, replay: 0, state: 'prefix' });
    const random = Random.fromSeed(3);
    const evaluation = { score: 100, seconds: 0, epochs: 0, metrics: {} };
    const told = { id: 0, architecture: [0, 1, 2, 0], evaluation };
    const { q } = searcher.tell(searcher.init(random), [told], random);
    // 0.5 + 0.5 (1 - 0.5); then half the way to that, and so on.
    expect(['0 1 2', '0 1', '0', ''].map((place, i) => q[place]![told.architecture[3 - i]!])).toEqual([
      0.75, 0.625, 0.5625, 0.53125,
    ]);
  });

  it.each([
    [0, 1],
    [1499, 1],
    [1500, 0.9],
    [1799, 0.7],
    [1800, 0.6],
    [2699, 0.1],
    [9999, 0.1],
  ])('after %i models has epsilon %d', (models, epsilon) => {
    expect(epsilonAt(models, 1)).toBe(epsilon);
  });
});

describe('One-Shot', () => {
  it('evaluates the best of a cheap look again, in full, in rounds', async () => {
    const space = bits(10);
    const searcher = oneShot(space, { samples: 12, top: 3, share: 0.25 });
    for (const batch of [1, 5]) {
      const results = await runAll({
        space,
        searcher,
        evaluator: planted(sum),
        seed: 4,
        batch,
        limits: { evaluations: 30 },
      });
      const kinds = results.map(
        ({ context, fidelity }) => `${String(context)} ${fidelity?.dataShare ?? 'full'}`,
      );
      const round = [
        ...Array.from({ length: 12 }, () => 'sample 0.25'),
        ...Array.from({ length: 3 }, () => 'again full'),
      ];
      expect(kinds).toEqual([...round, ...round]);
      const scores = results.slice(0, 12).map(({ evaluation }) => evaluation.score);
      const again = results.slice(12, 15).map(({ evaluation }) => evaluation.score);
      expect(again).toEqual(scores.toSorted((a, b) => b - a).slice(0, 3));
    }
  });
});

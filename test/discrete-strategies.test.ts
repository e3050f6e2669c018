// Strategies without gradient against known answers: closed forms, enumeration, planted optima.

import { describe, expect, it } from 'vitest';
import { Random } from '../src/base/random.ts';
import type { Architecture } from '../src/discrete-baselines/architecture.ts';
import { chainSpace } from '../src/discrete-baselines/spaces/chain-space.ts';
import {
  decisionsOf,
  logProbabilityGradient,
  probabilities,
  samplePolicy,
} from '../src/discrete-baselines/softmax-policy.ts';
import { agingEvolution } from '../src/discrete-baselines/strategies/aging-evolution.ts';
import { localSearch } from '../src/discrete-baselines/strategies/local-search.ts';
import { randomSearch } from '../src/discrete-baselines/strategies/random-search.ts';
import { reinforce } from '../src/discrete-baselines/strategies/reinforce.ts';
import { searchSpaceOf } from '../src/search/search-space.ts';
import { dartsCnn } from '../src/supernet/spaces/darts-cnn.ts';
import { bits, planted, runAll } from './helpers/planted.ts';

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
    const darts = searchSpaceOf(dartsCnn);
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

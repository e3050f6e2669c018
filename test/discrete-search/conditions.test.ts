// Which runs of searches without a gradient can be ranked against each other.

import { expect, it } from 'vitest';
import { conditionsOf, differences } from '../../src/discrete-search/results/conditions.ts';
import { type BaselineConfigInput, resolveBaseline } from '../../src/discrete-search/config.ts';

const budget = { evaluations: 9 };
const conditions = (config: Partial<BaselineConfigInput>) =>
  conditionsOf(resolveBaseline({ strategy: 'random', budget, ...config }));
const macro = { space: 'nasbench-macro', table: 'macro.csv' };
const trained = { space: 'darts-cnn', train: { channels: 4 } };
const untrained = { space: 'darts-cnn', zeroCost: { images: 8 } };

it.each<[string, Partial<BaselineConfigInput>, Partial<BaselineConfigInput>]>([
  ['strategy, seeds and batch', macro, { ...macro, strategy: 'local-search', seed: 7, seeds: 3, batch: 4 }],
  ['settings that are the default', macro, { ...macro, guide: 'mean' }],
  ['the spelling of a path', macro, { ...macro, table: './macro.csv' }],
  ['early termination', trained, { ...trained, stopEarly: { rule: 'last' } }],
  ['defaults of a training', { ...trained, train: {} }, { space: 'darts-cnn', evaluator: 'train' }],
])('does not depend on %s', (_, one, other) => {
  expect(differences([conditions(one), conditions(other)])).toEqual([]);
});

it.each<[string, Partial<BaselineConfigInput>, Partial<BaselineConfigInput>, readonly string[]]>([
  ['axis', macro, { ...macro, budget: { seconds: 9 } }, ['budget']],
  ['limit', macro, { ...macro, budget: { evaluations: 9, epochs: 9 } }, ['budget']],
  ['column', macro, { ...macro, guide: 'params' }, ['score']],
  ['table', macro, { ...macro, table: 'other.csv' }, ['table']],
  ['sizes', trained, { ...trained, sizes: { cells: [2, 3] } }, ['space']],
  ['training', trained, { ...trained, train: { channels: 4, epochs: 3 } }, ['score']],
  ['evaluator', trained, untrained, ['score']],
  ['batch of images', untrained, { ...untrained, seed: 1 }, ['score']],
  ['weights', { weights: 'a' }, { weights: 'b' }, ['score']],
  ['space and evaluator', macro, trained, ['space', 'table', 'score']],
])('depends on the %s', (_, one, other, differ) => {
  expect(differences([conditions(one), conditions(other), conditions(one)])).toEqual(differ);
});

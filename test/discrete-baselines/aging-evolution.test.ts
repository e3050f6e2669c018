// Which architecture of a tournament becomes a parent.
import { expect, it } from 'vitest';
import { Random } from '../../src/base/random.ts';
import { pick } from '../../src/discrete-baselines/decisions.ts';
import { agingEvolution } from '../../src/discrete-baselines/strategies/aging-evolution.ts';
import { bits } from '../helpers/planted.ts';

it('of equal scores in a tournament the first that is drawn wins', () => {
  // A child is its parent, and mutation takes nothing from the random numbers.
  const space = { ...bits(3), mutate: (parent: readonly number[]) => parent };
  const population = [0, 1, 2, 3, 4].map((i) => ({ architecture: [i & 1, (i >> 1) & 1, i >> 2], score: 1 }));
  const searcher = agingEvolution(space, { population: 5, sample: 3 });
  for (let seed = 0; seed < 10; seed++) {
    const { proposals } = searcher.ask({ toSeed: 0, population }, 1, Random.fromSeed(seed));
    expect(proposals[0]?.architecture).toEqual(pick(population, Random.fromSeed(seed)).architecture);
  }
});

import { expect, it } from 'vitest';
import { Random } from '../../src/base/random.ts';
import { splitIndices } from '../../src/data/split.ts';

const sorted = (part: number[]): number[] => part.sort((a, b) => a - b);

it('draws from a stream of its own, which other uses of the seed do not share', () => {
  const { train, validation } = splitIndices(20, 0.5, 7);
  const order = [...Random.fromSeed(7).split('split').permutation(20)];
  expect([...train]).toEqual(sorted(order.slice(0, 10)));
  expect([...validation]).toEqual(sorted(order.slice(10)));
});

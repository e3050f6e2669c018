import { describe, expect, it } from 'vitest';
import { Random } from '../../src/base/random.ts';
import { normalCumulative } from '../../src/base/normal.ts';
import { mannWhitney, meanOf, quantile, ranks } from '../../src/base/statistics.ts';

it.each([
  { values: [3, 1, 2], expected: [3, 1, 2] },
  { values: [5, 5, 1, 5], expected: [3, 3, 1, 3] },
])('ranks of $values share ties', ({ values, expected }) => {
  expect([...ranks(values)]).toEqual(expected);
});

it.each([
  [0, 0.5],
  [1.959964, 0.025],
  [-1, 0.8413447460685429],
  [4.753424, 1e-6],
  [7, 1.279812543885835e-12],
])('P(Z > %d) is %d', (z, p) => {
  expect(Math.abs(normalCumulative(-z) / p - 1)).toBeLessThan(2e-6);
});

describe('the Mann-Whitney test', () => {
  it('counts the pairs in which one is above the other, and corrects for continuity', () => {
    const x = [0.8, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46];
    const y = [1.15, 0.88, 0.9, 0.74, 1.21];
    const above = x.flatMap((a) => y.filter((b) => a > b)).length;
    // Without ties: mean n m / 2, variance n m (n + m + 1) / 12.
    expect(mannWhitney(x, y)).toBeCloseTo(
      normalCumulative(-(above - 25 - 0.5) / Math.sqrt((50 * 16) / 12)),
      12,
    );
    expect(mannWhitney(y, x)).toBeCloseTo(
      normalCumulative((above - 25 + 0.5) / Math.sqrt((50 * 16) / 12)),
      12,
    );
  });

  it('is uniform where nothing differs', () => {
    const random = Random.fromSeed(1);
    const draw = (): number[] => Array.from({ length: 40 }, () => random.below(30));
    const low = Array.from({ length: 1000 }, () => mannWhitney(draw(), draw())).filter((p) => p < 0.1);
    expect(Math.abs(low.length - 100)).toBeLessThan(40);
  });

  it('cannot tell equal constants apart', () => {
    expect(mannWhitney([1, 1], [1, 1, 1])).toBe(0.5);
  });
});

describe('mean', () => {
  it('has deviation and the interval of Student', () => {
    const { mean, deviation, interval } = meanOf([1, 2, 3, 4, 5]);
    expect([mean, deviation]).toEqual([3, Math.sqrt(2.5)]);
    // t(0.975, 4) = 2.776445
    expect(interval).toBeCloseTo((2.776445 * Math.sqrt(2.5)) / Math.sqrt(5), 2);
  });

  it('of one value has no interval', () => {
    expect(meanOf([7])).toEqual({ n: 1, mean: 7, deviation: 0 });
  });
});

it('quantiles interpolate', () => {
  expect([0, 0.25, 0.5, 1].map((p) => quantile([10, 20, 40], p))).toEqual([10, 15, 20, 40]);
});

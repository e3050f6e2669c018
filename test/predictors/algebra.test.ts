import { describe, expect, it } from 'vitest';
import { Random } from '../../src/base/random.ts';
import { kendallTau, spearman } from '../../src/predictors/agreement.ts';
import { ranks } from '../../src/base/statistics.ts';
import { assign } from '../../src/predictors/assignment.ts';
import { cholesky, logDeterminant, solve, solveLowerColumns } from '../../src/predictors/cholesky.ts';
import { normalCumulative, normalQuantile } from '../../src/base/normal.ts';
import { normalScores } from '../../src/predictors/normal-scores.ts';

describe('cholesky', () => {
  it.each([1, 2, 7, 33])('factors and solves a positive definite matrix of size %i', (n) => {
    const random = Random.fromSeed(n);
    const half = Float64Array.from({ length: n * n }, () => random.normal());
    const matrix = new Float64Array(n * n);
    for (let i = 0; i < n; i++)
      for (let j = 0; j < n; j++) {
        matrix[i * n + j] = i === j ? 0.1 : 0;
        for (let k = 0; k < n; k++) matrix[i * n + j]! += half[i * n + k]! * half[j * n + k]!;
      }
    const factor = cholesky(matrix, n)!;
    const b = Float64Array.from({ length: n }, () => random.normal());
    const x = solve(factor, b);
    for (let i = 0; i < n; i++) {
      let sum = 0;
      for (let j = 0; j < n; j++) sum += matrix[i * n + j]! * x[j]!;
      expect(sum).toBeCloseTo(b[i]!, 8);
    }
    const count = 5;
    const columns = Float64Array.from({ length: n * count }, () => random.normal());
    const solved = solveLowerColumns(factor, columns, count);
    for (let i = 0; i < n; i++)
      for (let c = 0; c < count; c++) {
        let sum = 0;
        for (let j = 0; j <= i; j++) sum += factor.lower[i * n + j]! * solved[j * count + c]!;
        expect(sum).toBeCloseTo(columns[i * count + c]!, 8);
      }
  });

  it('gives the logarithm of a determinant', () => {
    expect(logDeterminant(cholesky(Float64Array.of(4, 1, 1, 3), 2)!)).toBeCloseTo(Math.log(11), 12);
  });

  it('says that a matrix is not positive definite', () => {
    expect(cholesky(Float64Array.of(1, 2, 2, 1), 2)).toBeUndefined();
  });
});

describe('normal distribution', () => {
  // Published values (Abramowitz and Stegun, table 26.1).
  it.each([
    [0, 0.5],
    [1, 0.841344746068543],
    [-2.5, 0.006209665325776],
    [3.5, 0.999767370920964],
    [-5, 2.866515718791939e-7],
  ])('cumulative of %d', (x, p) => {
    expect(Math.abs(normalCumulative(x) / p - 1)).toBeLessThan(1e-11);
  });

  it('has a quantile that inverts it', () => {
    for (const p of [1e-9, 0.001, 0.2, 0.5, 0.77, 0.9999])
      expect(Math.abs(normalCumulative(normalQuantile(p)) / p - 1)).toBeLessThan(1e-10);
    expect(normalQuantile(0.975)).toBeCloseTo(1.959963984540054, 10);
  });

  it('turns targets into normal scores that keep order, share ties, and lead back', () => {
    const targets = Float64Array.of(10, 91, 90, 90, 55);
    const normal = normalScores(targets);
    const { scores } = normal;
    expect(scores[2]).toBe(scores[3]);
    expect(scores[0]).toBeCloseTo(normalQuantile(0.1), 12);
    expect(Array.from(scores, (score) => normal.inverse(score))).toEqual([...targets]);
    expect(normal.inverse(10)).toBeGreaterThan(91);
    expect(normal.inverse(-10)).toBeLessThan(10);
  });
});

describe('agreement', () => {
  it('shares ranks among equal values', () => {
    expect([...ranks(Float64Array.of(3, 1, 3, 2))]).toEqual([3.5, 1, 3.5, 2]);
  });

  it.each([
    { a: [1, 2, 3, 4], b: [1, 2, 3, 4], tau: 1, rho: 1 },
    { a: [1, 2, 3, 4], b: [4, 3, 2, 1], tau: -1, rho: -1 },
    { a: [1, 2, 3, 4], b: [1, 3, 2, 4], tau: 4 / 6, rho: 0.8 },
    // Ties: 4 concordant, 0 discordant, 5 and 5 of 6 pairs untied.
    { a: [1, 1, 2, 3], b: [1, 2, 3, 3], tau: 4 / 5, rho: 8 / 9 },
  ])('tau-b and rho of $a and $b', ({ a, b, tau, rho }) => {
    expect(kendallTau(Float64Array.from(a), Float64Array.from(b))).toBeCloseTo(tau, 9);
    expect(spearman(Float64Array.from(a), Float64Array.from(b))).toBeCloseTo(rho, 8);
  });

  it('is not a number for a constant side', () => {
    const one = Float64Array.of(1, 1, 1);
    const other = Float64Array.of(1, 2, 3);
    expect(kendallTau(one, other)).toBeNaN();
    expect(spearman(one, other)).toBeNaN();
  });
});

describe('assignment', () => {
  it.each([1, 2, 3, 4, 5, 6])('of %i rows is as cheap as the cheapest of all', (rows) => {
    for (let seed = 0; seed < 20; seed++) {
      const random = Random.fromSeed(seed);
      const columns = rows + random.below(2);
      const cost = Array.from({ length: rows }, () => Array.from({ length: columns }, () => random.below(9)));
      const assigned = assign(cost);
      expect(new Set(assigned).size).toBe(rows);
      const sum = assigned.reduce((total, column, row) => total + cost[row]![column]!, 0);
      expect(sum).toBe(cheapest(cost, 0, new Set()));
    }
  });
});

function cheapest(cost: number[][], row: number, taken: ReadonlySet<number>): number {
  if (row === cost.length) return 0;
  const sums = cost[row]!.map((value, column) =>
    taken.has(column) ? Infinity : value + cheapest(cost, row + 1, new Set([...taken, column])),
  );
  return Math.min(...sums);
}

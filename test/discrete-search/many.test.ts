// Ledgers and pictures of more values than a call takes arguments.

import { expect, it } from 'vitest';
import { maxOf, minOf } from '../../src/base/extremes.ts';
import type { LedgerLine } from '../../src/discrete-search/ledger.ts';
import { curveOf } from '../../src/discrete-search/results/curves.ts';
import { drawFronts } from '../../src/discrete-search/results/draw-fronts.ts';

const many = 200_000;

it('a curve of as many searches as there are seeds', () => {
  const line = { epoch: 0, step: 1, id: 0, strategy: 'a', architecture: [0], metrics: {}, epochs: 0 };
  const traces = Array.from({ length: many }, (_, seed) => ({
    seed,
    lines: [{ ...line, seed, seconds: 1 + seed, score: seed } satisfies LedgerLine],
  }));
  const [point] = curveOf(traces, 'seconds', 1);
  expect(point).toMatchObject({ at: many, mean: (many - 1) / 2 });
});

it('a front of as many points', () => {
  const points = Array.from({ length: many }, (_, i) => ({ gain: i, cost: i }));
  expect(drawFronts([{ name: 'a', points }], 'params', 'score')).toContain(`<title>${many - 1} at `);
});

it('min and max of any number of values, and of none', () => {
  const values = Float64Array.from({ length: many }, (_, i) => Math.abs(i - 7) - 3);
  expect([minOf(values), maxOf(values)]).toEqual([-3, many - 11]);
  expect([minOf([]), maxOf([])]).toEqual([Infinity, -Infinity]);
});

// Evaluating a cell of motifs by recursion, as the paper defines it: what flattening is checked against.

import { type MotifCell, placeOf } from '../../src/discrete-baselines/spaces/motifs.ts';

/** What motifs are evaluated with; `path` tells the places apart at which one motif is used. */
export interface MotifAlgebra<T> {
  /** Applies a primitive, by index. */
  apply(primitive: number, x: T, path: string): T;
  /** Joins what enters a node: one value at least. */
  merge(values: readonly T[], path: string): T;
}

/**
 * The sink of the cell (equation 2): every node merges what its edges make of the nodes before. Undefined where no path
 * leads there; what comes from such a node is nothing.
 */
export function evaluateCell<T>(cell: MotifCell, algebra: MotifAlgebra<T>, x: T): T | undefined {
  return evaluate(cell, cell.length - 1, 0, algebra, x, '');
}

function evaluate<T>(
  cell: MotifCell,
  level: number,
  index: number,
  algebra: MotifAlgebra<T>,
  x: T,
  path: string,
): T | undefined {
  const motif = cell[level]![index]!;
  const states: (T | undefined)[] = [x];
  for (let to = 1; placeOf(0, to) < motif.length; to++) {
    const values: T[] = [];
    for (let from = 0; from < to; from++) {
      const operation = motif[placeOf(from, to)]!;
      const source = states[from];
      if (operation === 0 || source === undefined) continue;
      const edge = `${path}.${from}-${to}`;
      const value =
        level === 0
          ? algebra.apply(operation - 1, source, edge)
          : evaluate(cell, level - 1, operation - 1, algebra, source, edge);
      if (value !== undefined) values.push(value);
    }
    states.push(values.length > 0 ? algebra.merge(values, `${path}.${to}`) : undefined);
  }
  return states.at(-1);
}

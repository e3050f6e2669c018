// How near a derived cell is to another one.
import type { Alphas } from '../../src/supernet/alphas.ts';
import { edgesOf, type ImageSpace } from '../../src/supernet/space.ts';

/**
 * The smallest difference of softmax(alpha) between the two strongest operations of an edge, and between the edges that
 * lead to one node: no ranking that derives a cell is closer.
 */
export function smallestMargin(alphas: Alphas, { operations, cells }: ImageSpace): number {
  const none = operations.findIndex(({ layers }) => layers === 'zero');
  const margins = Object.entries(alphas).flatMap(([kind, matrix]) => {
    const rows = matrix.map((row) => {
      const exponentials = row.map(Math.exp);
      const sum = exponentials.reduce((a, b) => a + b, 0);
      return exponentials.filter((_, o) => o !== none).map((value) => value / sum);
    });
    const cell = cells[kind]!;
    const nodes = Array.from({ length: cell.nodes }, (_, node) =>
      edgesOf(cell).filter((edge) => edge.node === node),
    ).map((edges) => edges.map(({ index }) => Math.max(...rows[index]!)));
    return [...rows.map((row) => gaps(row).at(0)!), ...nodes.flatMap(gaps)];
  });
  return Math.min(...margins);
}

/** Of each value to the next smaller one, the largest first. */
function gaps(values: readonly number[]): number[] {
  const sorted = values.toSorted((a, b) => b - a);
  return sorted.slice(1).map((value, i) => sorted[i]! - value);
}

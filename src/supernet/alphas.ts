// Architecture parameters as plain numbers: their shape, their softmax and its entropy.

import { MixopError } from '../base/errors.ts';
import { edgesByNode, edgesOf } from './space.ts';
import type { Space } from './space.ts';

/** One row for each edge (E), one column for each operation (O); raw values, before the softmax. */
export type AlphaMatrix = readonly (readonly number[])[];

/** One matrix for each cell kind; with edge normalisation another of one column, whose name is that of `edgeName`. */
export type Alphas = Readonly<Record<string, AlphaMatrix>>;

/** The name of a cell kind's edge parameters among the alphas. */
export function edgeName(kind: string): string {
  return `${kind} edges`;
}

/** Rows and columns of all matrices. */
export function alphaShapes(
  space: Space,
): Readonly<Record<string, readonly [rows: number, columns: number]>> {
  const shapes = Object.entries(space.cells).flatMap(([kind, cell]) => {
    const rows = edgesOf(cell).length;
    const own = [[kind, [rows, space.operations.length]]] as const;
    return space.partialChannels === undefined ? own : [...own, [edgeName(kind), [rows, 1]] as const];
  });
  return Object.fromEntries(shapes);
}

/**
 * The share of every edge among those into its node (Xu et al. 2020, equation 4): the softmax of their parameters; 1
 * without edge normalisation. By row of alpha.
 */
export function edgeShares(space: Space, kind: string, alphas: Alphas): readonly number[] {
  const cell = space.cells[kind]!;
  const edges = alphas[edgeName(kind)];
  if (space.partialChannels === undefined || edges === undefined) return edgesOf(cell).map(() => 1);
  let first = 0;
  return edgesByNode(cell).flatMap((count) => {
    first += count;
    return softmax(edges.slice(first - count, first).map((row) => row[0]!));
  });
}

/** Softmax of one row, shifted by its maximum so that large values do not overflow. */
export function softmax(row: readonly number[]): readonly number[] {
  const max = Math.max(...row);
  const powers = row.map((value) => Math.exp(value - max));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}

/** Mean over the rows of the entropy of their softmax, in nats: ln(O) when undecided, 0 when decided. */
export function entropy(alpha: AlphaMatrix): number {
  if (alpha.length === 0)
    throw new MixopError('data', 'alpha', 'it has no rows', 'give one row for each edge');
  requireFinite(alpha, 'alpha');
  const perRow = alpha.map((row) =>
    // p ln p tends to 0 with p, where ln p alone is -Infinity.
    softmax(row).reduce((total, p) => (p > 0 ? total - p * Math.log(p) : total), 0),
  );
  return perRow.reduce((total, value) => total + value, 0) / alpha.length;
}

/** Throws a `MixopError` unless `alphas` has finite matrices of the shapes of `alphaShapes` and no other. */
export function checkAlphas(space: Space, alphas: Alphas, source = 'alphas'): void {
  const shapes = alphaShapes(space);
  const kinds = Object.keys(shapes);
  const unknown = Object.keys(alphas).find((kind) => !kinds.includes(kind));
  if (unknown !== undefined) {
    const remedy = `its kinds are ${kinds.join(', ')}`;
    throw new MixopError('data', `${source} ${unknown}`, `${space.name} has no such cell kind`, remedy);
  }
  for (const [kind, [rows, columns]] of Object.entries(shapes)) {
    const place = `${source} ${kind}`;
    const alpha = alphas[kind];
    const what = columns === 1 ? 'column' : `columns (operations) for ${kind} cells`;
    const remedy = `${space.name} needs ${rows} rows (edges) of ${columns} ${what}`;
    if (alpha === undefined) throw new MixopError('data', place, 'the matrix is missing', remedy);
    if (alpha.length !== rows) throw new MixopError('data', place, `it has ${alpha.length} rows`, remedy);
    for (const [index, row] of alpha.entries()) {
      if (row.length === columns) continue;
      throw new MixopError('data', `${place} row ${index}`, `it has ${row.length} columns`, remedy);
    }
    requireFinite(alpha, place);
  }
}

function requireFinite(alpha: AlphaMatrix, place: string): void {
  for (const [index, row] of alpha.entries()) {
    const column = row.findIndex((value) => !Number.isFinite(value));
    if (column < 0) continue;
    throw new MixopError(
      'data',
      `${place} row ${index} column ${column}`,
      `${String(row[column])} is not a finite number`,
      'the search diverged or the file is damaged: take alphas of an earlier epoch',
    );
  }
}

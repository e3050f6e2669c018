// From alphas to the discrete cells: the published rules of DARTS and NAS-Bench-201.

import { MixopError } from '../base/errors.ts';
import { checkAlphas, edgeShares, softmax } from './alphas.ts';
import type { AlphaMatrix, Alphas } from './alphas.ts';
import type { CellGenotype, Genotype, GenotypeEdge } from './genotype/genotype.ts';
import { edgesOf, keepableOperations } from './space.ts';
import type { CellKind, DeriveRule, Edge, Space } from './space.ts';

/**
 * The genotype of `alphas` (an E x O matrix for each cell kind, raw values) under the space's rule.
 *
 * `strongestEdges` (Liu et al. 2019, section 2.4): p = softmax over all columns, `none` included; an edge's strength is
 * its largest p among the operations that are not excluded; every node keeps its strongest edges, strongest first;
 * with edge normalisation an edge's strength is multiplied by its share (Xu et al. 2020).
 * `everyEdge` (Dong and Yang 2020): every edge, by source, with its largest alpha, `none` too.
 * Ties are broken by the lower source and the earlier column. Throws a `MixopError` on wrong shapes and non-finite values.
 */
export function derive(space: Space, alphas: Alphas, source = 'alphas'): Genotype {
  checkAlphas(space, alphas, source);
  const columns = allowedColumns(space);
  const cells = Object.entries(space.cells).map(([kind, cell]) => [
    kind,
    deriveCell(space, cell, columns, alphas[kind]!, edgeShares(space, kind, alphas)),
  ]);
  return Object.fromEntries(cells) as Genotype;
}

/** The number of edges that a node with `incoming` edges keeps. */
export function keptEdges(rule: DeriveRule, incoming: number): number {
  return rule.kind === 'everyEdge' ? incoming : Math.min(rule.edges, incoming);
}

function deriveCell(
  space: Space,
  cell: CellKind,
  columns: readonly number[],
  alpha: AlphaMatrix,
  shares: readonly number[],
): CellGenotype {
  const rule = space.derive;
  const edges = edgesOf(cell);
  const nodes = Array.from({ length: cell.nodes }, (_, node) => {
    const candidates = edges
      .filter((edge) => edge.node === node)
      .map((edge) => strongest(space, columns, edge, alpha[edge.index]!, shares[edge.index]!));
    // Array.prototype.sort is stable, as Python's: equal edges stay ordered by source.
    if (rule.kind === 'strongestEdges') candidates.sort((a, b) => b.strength - a.strength);
    return candidates.slice(0, keptEdges(rule, candidates.length)).map(({ edge }) => edge);
  });
  const last = cell.inputs + cell.nodes - 1;
  const concat = cell.output === 'last' ? [last] : nodes.map((_, node) => cell.inputs + node);
  return { nodes, concat };
}

/** The best allowed operation of an edge; the first maximum wins. */
function strongest(
  space: Space,
  columns: readonly number[],
  edge: Edge,
  row: readonly number[],
  share: number,
): { readonly edge: GenotypeEdge; readonly strength: number } {
  // Edges are compared by softmax, because its sum ranges over the excluded columns too; within one
  // edge the largest alpha is the largest softmax.
  const values = space.derive.kind === 'strongestEdges' ? softmax(row) : row;
  const best = columns.reduce((best, column) => (values[column]! > values[best]! ? column : best));
  return {
    edge: { operation: space.operations[best]!.name, from: edge.from },
    strength: values[best]! * share,
  };
}

function allowedColumns(space: Space): readonly number[] {
  const kept = keepableOperations(space);
  const columns = [...space.operations.keys()].filter((k) => kept.includes(space.operations[k]!.name));
  if (columns.length > 0) return columns;
  throw new MixopError(
    'config',
    `space ${space.name}`,
    'its derive rule excludes every operation',
    'leave at least one operation out of derive.excluded',
  );
}

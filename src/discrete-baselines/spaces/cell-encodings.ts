// Cells as numbers for predictors: one-hot decisions, adjacency, and paths (White et al. 2021, section 3).

import { joined, pathIndicators } from './path-indicators.ts';
import type { CellDescription, CellsDescription, ChosenEdge } from './cell-description.ts';

type Cells = readonly (readonly ChosenEdge[])[];

/** Every edge that could be, times (absent or an operation): one number is 1. Sources and operations alike. */
export function oneHotEncoding(space: CellsDescription, cells: Cells): Float64Array {
  return edgeEncoding(space, cells, true);
}

/** Every edge that could be, times operation; edges on no path from an input to an output are left out. */
export function adjacencyEncoding(space: CellsDescription, cells: Cells): Float64Array {
  const live = cells.map((edges, cell) => liveEdges(space, space.cells[cell]!, edges));
  return edgeEncoding(space, live, false);
}

function edgeEncoding(space: CellsDescription, cells: Cells, absent: boolean): Float64Array {
  const every = space.edgesPerNode === 'all';
  // Where every edge has an operation there is no absence to encode.
  const width = space.operations.length + (absent && !every ? 1 : 0);
  const rows = space.cells.map(({ inputs, nodes }) => edgeRow(inputs, nodes));
  const result = new Float64Array(rows.reduce((sum, count) => sum + count, 0) * width);
  let base = 0;
  for (const [cell, edges] of cells.entries()) {
    const { inputs } = space.cells[cell]!;
    const chosen = new Map(edges.map((edge) => [edgeRow(inputs, edge.node) + edge.from, edge.operation]));
    for (let row = 0; row < rows[cell]!; row++) {
      const operation = chosen.get(row) ?? (absent ? width - 1 : undefined);
      if (operation !== undefined) result[(base + row) * width + operation] = 1;
    }
    base += rows[cell]!;
  }
  return result;
}

/** Edges that could enter the nodes before `node`. */
export function edgeRow(inputs: number, node: number): number {
  return node * inputs + (node * (node - 1)) / 2;
}

/** The edges on a path of non-zero operations from an input to an output. */
export function liveEdges(
  space: CellsDescription,
  cell: CellDescription,
  edges: readonly ChosenEdge[],
): readonly ChosenEdge[] {
  const zero = space.operations.indexOf(space.zero ?? '');
  const carrying = edges.filter(({ operation }) => operation !== zero);
  const forward = new Set(Array.from({ length: cell.inputs }, (_, input) => input));
  for (const { from, node } of carrying) if (forward.has(from)) forward.add(cell.inputs + node);
  const backward = new Set(outputStates(cell));
  for (const { from, node } of carrying.toReversed()) {
    if (backward.has(cell.inputs + node)) backward.add(from);
  }
  return carrying.filter(({ from, node }) => forward.has(from) && backward.has(cell.inputs + node));
}

export function outputStates({ inputs, nodes, output }: CellDescription): readonly number[] {
  const states = Array.from({ length: nodes }, (_, node) => inputs + node);
  return output === 'last' ? states.slice(-1) : states;
}

/**
 * Indicators of all sequences of operations that could lead from an input to an output, by cell, input and length:
 * 1 where a path of the cell carries that sequence. NAS-Bench-201 without `none`: 4 + 16 + 64.
 */
export function pathEncoding(space: CellsDescription, cells: Cells): Float64Array {
  const names = space.operations.filter((name) => name !== space.zero);
  const columns = space.operations.map((name) => names.indexOf(name));
  return joined(
    space.cells.flatMap((cell, index) => {
      const edges = liveEdges(space, cell, cells[index]!).map(({ from, node, operation }) => ({
        from,
        to: cell.inputs + node,
        operation: columns[operation]!,
      }));
      const outputs = new Set(outputStates(cell));
      return Array.from({ length: cell.inputs }, (_, input) =>
        pathIndicators(edges, input, outputs, names.length, cell.nodes),
      );
    }),
  );
}

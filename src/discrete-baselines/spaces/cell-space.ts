// Cell spaces (DARTS, NAS-Bench-201, a user's own) as decisions: which operation on every edge, or which edges and
// operations enter every node. Knows only how many, and which operations are nothing or the identity.

import type { Architecture, Decision, DecisionSpace } from '../architecture.ts';
import { changeDecisions } from '../decisions.ts';
import { adjacencyEncoding, oneHotEncoding, pathEncoding } from './cell-encodings.ts';
import type { CellsDescription, ChosenEdge } from './cell-description.ts';
import { cellKey } from './cell-key.ts';

export interface CellDecisionSpace extends DecisionSpace {
  readonly description: CellsDescription;
  /** The edges of every cell, node by node and by source. */
  edges(architecture: Architecture): readonly (readonly ChosenEdge[])[];
  /** The architecture with these edges; the inverse of `edges`. */
  fromEdges(cells: readonly (readonly ChosenEdge[])[]): Architecture;
}

/** What a position of the sequence decides. */
type Slot = { readonly cell: number; readonly node: number } & (
  | { readonly kind: 'operation'; readonly from: number | undefined }
  /** `earlier`: positions of the node's sources that were chosen before. */
  | { readonly kind: 'from'; readonly sources: number; readonly earlier: readonly number[] }
);

export function cellDecisionSpace(
  description: CellsDescription,
  text: (cells: readonly (readonly ChosenEdge[])[]) => string,
): CellDecisionSpace {
  const { cells, operations, edgesPerNode } = description;
  const slots = slotsOf(description);
  const allOperations = operations.map((_, index) => index);
  // Most decisions are the same objects again and again; a search of a table takes millions.
  const operation: Decision = { kind: 'operation', size: operations.length, allowed: allOperations };
  const mostSources = Math.max(...cells.map(({ inputs, nodes }) => inputs + nodes - 1));

  function next(prefix: Architecture): Decision | undefined {
    const slot = slots[prefix.length];
    if (slot === undefined) return undefined;
    if (slot.kind === 'operation') return operation;
    const taken = slot.earlier.map((position) => prefix[position]);
    const allowed = Array.from({ length: slot.sources }, (_, from) => from).filter(
      (from) => !taken.includes(from),
    );
    return { kind: 'from', size: mostSources, allowed };
  }

  function edges(architecture: Architecture): readonly (readonly ChosenEdge[])[] {
    const result: ChosenEdge[][] = cells.map(() => []);
    for (const [position, slot] of slots.entries()) {
      if (slot.kind !== 'operation') continue;
      const from = slot.from ?? architecture[position - 1]!;
      result[slot.cell]!.push({ from, node: slot.node, operation: architecture[position]! });
    }
    for (const cell of result) cell.sort((a, b) => a.node - b.node || a.from - b.from);
    return result;
  }

  function fromEdges(chosen: readonly (readonly ChosenEdge[])[]): Architecture {
    return chosen.flatMap((cell) =>
      cell.flatMap((edge) => (edgesPerNode === 'all' ? [edge.operation] : [edge.from, edge.operation])),
    );
  }

  const key = (architecture: Architecture): string =>
    edges(architecture)
      .map((chosen, cell) => cellKey(description, cells[cell]!, chosen))
      .join(' ');
  return {
    name: description.name,
    description,
    size: sizeOf(description),
    ...changeDecisions(next, key),
    edges,
    fromEdges,
    key,
    text: (architecture) => text(edges(architecture)),
    encode(architecture, encoding) {
      const chosen = edges(architecture);
      if (encoding === 'oneHot') return oneHotEncoding(description, chosen);
      return encoding === 'adjacency'
        ? adjacencyEncoding(description, chosen)
        : pathEncoding(description, chosen);
    },
  };
}

/** The sources that enter a node: how many of them are chosen. */
function edgesInto({ edgesPerNode }: CellsDescription, sources: number): number {
  return edgesPerNode === 'all' ? sources : Math.min(edgesPerNode, sources);
}

function slotsOf(description: CellsDescription): readonly Slot[] {
  const slots: Slot[] = [];
  for (const [cell, { inputs, nodes }] of description.cells.entries()) {
    for (let node = 0; node < nodes; node++) {
      const sources = inputs + node;
      const earlier: number[] = [];
      for (let i = 0; i < edgesInto(description, sources); i++) {
        if (description.edgesPerNode !== 'all') {
          slots.push({ kind: 'from', cell, node, sources, earlier: [...earlier] });
          earlier.push(slots.length - 1);
        }
        const from = description.edgesPerNode === 'all' ? i : undefined;
        slots.push({ kind: 'operation', cell, node, from });
      }
    }
  }
  return slots;
}

/** Per node: the sets of sources, times the operations on them. DARTS: (1 * 3 * 6 * 10 * 7^8)^2. */
function sizeOf(description: CellsDescription): bigint {
  let size = 1n;
  for (const { inputs, nodes } of description.cells) {
    for (let node = 0; node < nodes; node++) {
      const sources = inputs + node;
      const chosen = edgesInto(description, sources);
      size *= binomial(sources, chosen) * BigInt(description.operations.length) ** BigInt(chosen);
    }
  }
  return size;
}

function binomial(n: number, k: number): bigint {
  let result = 1n;
  for (let i = 1; i <= k; i++) result = (result * BigInt(n - k + i)) / BigInt(i);
  return result;
}

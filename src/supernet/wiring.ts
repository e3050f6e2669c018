// Which operations sit on which edges of a cell, and under which names their weights are kept: all of them
// (relaxed), some of them (partial) or a genotype's (restricted) on the shared weights of a supernet, or a genotype's own
// (derived).

import type { CellGenotype } from './genotype/genotype.ts';
import { type Edge, edgesOf, type ImageSpace } from './space.ts';

export interface WiredOperation {
  /** Index in the space's operations and column of alpha. */
  readonly column: number;
  /** Name of its weights within the cell. */
  readonly name: string;
}

export interface WiredEdge {
  readonly from: number;
  readonly node: number;
  readonly stride: 1 | 2;
  /** Row of alpha. */
  readonly row: number;
  readonly operations: readonly WiredOperation[];
}

export interface CellWiring {
  readonly inputs: number;
  readonly nodes: number;
  /** Stride of the edges that leave the inputs. */
  readonly inputStride: 1 | 2;
  readonly edges: readonly WiredEdge[];
  /** Output states, concatenated. */
  readonly output: readonly number[];
  /** Operations are weighted by softmax(alpha); otherwise they are summed unweighted. */
  readonly mixed: boolean;
  /** Parts of the channels, of which one is processed by the operations: `ImageSpace.partialChannels`. */
  readonly parts: number;
}

function sharedName(space: ImageSpace, { index, from, node }: Edge, column: number): string {
  return space.skeleton.kind === 'darts'
    ? `_ops.${index}._ops.${column}`
    : `edges.${node + 1}<-${from}.${column}`;
}

/** Every operation on every edge. */
export function relaxedWiring(space: ImageSpace, kind: string): CellWiring {
  const cell = space.cells[kind]!;
  const edges = edgesOf(cell).map((edge) => ({
    ...edge,
    row: edge.index,
    operations: space.operations.map((_, column) => ({ column, name: sharedName(space, edge, column) })),
  }));
  const all = Array.from({ length: cell.nodes }, (_, node) => cell.inputs + node);
  const output = cell.output === 'concat' ? all : all.slice(-1);
  return { ...cell, edges, output, mixed: true, parts: space.partialChannels ?? 1 };
}

/** Columns of the operations that are kept, by cell kind and edge. */
export type KeptOperations = Readonly<Record<string, readonly (readonly number[])[]>>;

/** A part of the supernet: any number of operations on every edge, summed unweighted. */
export function partialWiring(space: ImageSpace, kind: string, kept: KeptOperations): CellWiring {
  const { edges, ...whole } = relaxedWiring(space, kind);
  const some = edges.map((edge) => ({
    ...edge,
    operations: edge.operations.filter(({ column }) => kept[kind]![edge.row]!.includes(column)),
  }));
  const carrying = some.filter(({ operations }) => carries(space, operations));
  return withoutDeadNodes({ ...whole, edges: carrying, mixed: false });
}

/** A genotype's edges, on a supernet's shared weights or (`derived`) on weights of their own. */
export function genotypeWiring(
  space: ImageSpace,
  kind: string,
  genotype: CellGenotype,
  derived: boolean,
): CellWiring {
  const cell = space.cells[kind]!;
  const all = edgesOf(cell);
  const prefix = space.skeleton.kind === 'darts' ? '_ops' : 'layers';
  let position = 0;
  const edges = genotype.nodes.flatMap((incoming, node) =>
    incoming.map(({ from, operation }): WiredEdge => {
      const edge = all.find((candidate) => candidate.node === node && candidate.from === from)!;
      const column = space.operations.findIndex((candidate) => candidate.name === operation);
      const name = derived ? `${prefix}.${position++}` : sharedName(space, edge, column);
      return { from, node, stride: edge.stride, row: edge.index, operations: [{ column, name }] };
    }),
  );
  const carrying = edges.filter(({ operations }) => carries(space, operations));
  const parts = derived ? 1 : (space.partialChannels ?? 1);
  const nodes = genotype.nodes.length;
  return withoutDeadNodes({ ...cell, nodes, edges: carrying, output: genotype.concat, mixed: false, parts });
}

/** Whether an edge can carry anything but zeros: it has an operation other than `none`. */
function carries(space: ImageSpace, operations: readonly WiredOperation[]): boolean {
  return operations.some(({ column }) => space.operations[column]!.layers !== 'zero');
}

/** Drops edges into nodes from which no output is reachable. */
function withoutDeadNodes(wiring: CellWiring): CellWiring {
  const alive = new Set(wiring.output);
  for (const { from, node } of wiring.edges.toReversed())
    if (alive.has(wiring.inputs + node)) alive.add(from);
  return { ...wiring, edges: wiring.edges.filter(({ node }) => alive.has(wiring.inputs + node)) };
}

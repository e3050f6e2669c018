// A search space as plain data: candidate operations, cell kinds and the macro skeleton.

import type { CandidateOperation, Layer } from './layers.ts';

export interface CellKind {
  /** Input states: 2 in DARTS (the two previous cells), 1 in NAS-Bench-201. */
  readonly inputs: number;
  /** Nodes; node i has an edge from every input and every node before it. */
  readonly nodes: number;
  /** The minimum number of nodes of a genotype; absent: all have `nodes`. */
  readonly minNodes?: number;
  /** Stride of the edges that leave the cell's inputs; all others have stride 1. */
  readonly inputStride: 1 | 2;
  /** What leaves the cell: all nodes concatenated (in a recurrent cell their mean), or the last node. */
  readonly output: 'concat' | 'last';
  /** The field of the output states in a written genotype, where it is not KIND_concat. */
  readonly concatField?: string;
  /** Labels of the states in drawings, where they are not c_{k-2}, c_{k-1}, 0, 1, ..., c_{k}. */
  readonly labels?: {
    readonly inputs: readonly string[];
    readonly firstNode: number;
    readonly output: string;
  };
}

/** How cells become a network; `supernet/skeleton.ts` expands it into blocks. */
export type Skeleton =
  /**
   * DARTS: a stem, L cells, reduction cells (kind `reduce`) at L/3 and 2L/3. The stem is one convolution to
   * `stemMultiplier` times C channels; `halving`, for ImageNet: three of stride 2, to C channels.
   */
  | { readonly kind: 'darts'; readonly stemMultiplier: number; readonly stem?: 'halving' }
  /** NAS-Bench-201: stem, stages of equal cells (kind `cell`), residual reductions between them. */
  | { readonly kind: 'stages'; readonly stages: number };

export type DeriveRule =
  /** DARTS: per node the `edges` strongest edges by their best operation, `excluded` never chosen. */
  | { readonly kind: 'strongestEdges'; readonly edges: number; readonly excluded: readonly string[] }
  /** NAS-Bench-201: the strongest operation on every edge. */
  | { readonly kind: 'everyEdge' };

/** What alphas and genotypes refer to: cells, and the names of the operations on their edges. */
export interface Space {
  readonly name: string;
  /** In the order of alpha's columns. `layers`: 'zero' contributes nothing. */
  readonly operations: readonly { readonly name: string; readonly layers?: readonly Layer[] | 'zero' }[];
  /** Cell kinds by name; each has its own alpha matrix, shared by all cells of the kind. */
  readonly cells: Readonly<Record<string, CellKind>>;
  readonly derive: DeriveRule;
  /**
   * PC-DARTS (Xu et al. 2020): the channels of a supernet are divided into this many parts; the operations process one,
   * the others bypass them, and edges are normalised by parameters of their own.
   */
  readonly partialChannels?: number;
}

/** A space of networks on images. */
export interface ImageSpace extends Space {
  readonly operations: readonly CandidateOperation[];
  readonly skeleton: Skeleton;
  /** The number of channels and of cells (for stages: cells per stage) that the paper uses. */
  readonly defaults: { readonly channels: number; readonly cells: number };
}

export interface Edge {
  /** Row of alpha: edges are counted node by node, then by source. */
  readonly index: number;
  /** Source state: 0 to inputs - 1 are the cell's inputs, then its nodes. */
  readonly from: number;
  /** Target node, from 0; as a state it is inputs + node. */
  readonly node: number;
  readonly stride: 1 | 2;
}

/** The field of a written genotype that holds the states which leave a cell. */
export function concatField(kind: string, cell: CellKind): string {
  return cell.concatField ?? `${kind}_concat`;
}

/** The operations that a genotype of the space may keep, in the order of alpha's columns. */
export function keepableOperations({ operations, derive }: Space): readonly string[] {
  const excluded = derive.kind === 'strongestEdges' ? derive.excluded : [];
  return operations.map(({ name }) => name).filter((name) => !excluded.includes(name));
}

/** The edges of a cell in alpha's row order. */
export function edgesOf(cell: CellKind): readonly Edge[] {
  const edges: Edge[] = [];
  for (let node = 0; node < cell.nodes; node++) {
    for (let from = 0; from < cell.inputs + node; from++) {
      edges.push({ index: edges.length, from, node, stride: from < cell.inputs ? cell.inputStride : 1 });
    }
  }
  return edges;
}

/** The number of edges into each node, in order. */
export function edgesByNode(cell: CellKind): readonly number[] {
  return Array.from({ length: cell.nodes }, (_, node) => cell.inputs + node);
}

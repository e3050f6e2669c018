// The edit distance of networks of Auto-Keras (Jin, Song and Hu 2019, section 3.1): layers are aligned in order, skip
// connections matched one to one. d = D_layers + lambda * D_skips, lambda = 1.

import { assign } from './assignment.ts';
import { type CellOperations, type CellShape } from './cell-encoding.ts';

export interface NetworkLayer {
  readonly kind: string;
  /** More than 0. */
  readonly width: number;
}

/** A connection that passes layers by: from the output of layer `start`, over `span` layers. */
export interface SkipConnection {
  /** 0 is the network's input, 1 the output of the first layer. */
  readonly start: number;
  /** 1 or more. */
  readonly span: number;
}

export interface LayerNetwork {
  /** In topological order. */
  readonly layers: readonly NetworkLayer[];
  readonly skips: readonly SkipConnection[];
}

/** A metric on networks. */
export function editDistance(a: LayerNetwork, b: LayerNetwork): number {
  return layerDistance(a.layers, b.layers) + skipDistance(a.skips, b.skips);
}

/** Turning one layer into another, 0 to 1: equation 3 for layers of one kind, as much as a new layer otherwise. */
function changeOf(a: NetworkLayer, b: NetworkLayer): number {
  return a.kind === b.kind ? Math.abs(a.width - b.width) / Math.max(a.width, b.width) : 1;
}

/** Equation 4, whose printed max is a min. */
function layerDistance(a: readonly NetworkLayer[], b: readonly NetworkLayer[]): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const changed = row[j - 1]! + changeOf(a[i - 1]!, b[j - 1]!);
      next.push(Math.min(changed, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}

/** Equations 5 and 6: the cheapest matching, and 1 for each skip connection that is left over. */
function skipDistance(a: readonly SkipConnection[], b: readonly SkipConnection[]): number {
  const [few, many] = a.length <= b.length ? [a, b] : [b, a];
  const cost = few.map((one) => many.map((other) => moveOf(one, other)));
  let sum = many.length - few.length;
  assign(cost).forEach((column, row) => (sum += cost[row]![column]!));
  return sum;
}

function moveOf(a: SkipConnection, b: SkipConnection): number {
  const difference = Math.abs(a.start - b.start) + Math.abs(a.span - b.span);
  return difference / (Math.max(a.start, b.start) + Math.max(a.span, b.span));
}

/**
 * A cell as a network of layers: every edge that computes something is a layer, in order of its target and source;
 * `identity` edges are wires. Of the wires between layers (and from the input, to the output) those that do not join
 * neighbours in that order are the skip connections. Edges on no path from input to output are left out.
 */
export function networkOfCell(shape: CellShape, identity: number, operations: CellOperations): LayerNetwork {
  const reachesOutput = reachable(shape, operations, shape.nodes - 1, 'from');
  const reachedByInput = reachable(shape, operations, 0, 'to');
  const edges = shape.edges
    .map((edge, e) => ({ ...edge, operation: operations[e]! }))
    .filter(
      ({ from, to, operation }) =>
        operation !== shape.none && reachedByInput.has(from) && reachesOutput.has(to),
    )
    .sort((a, b) => a.to - b.to || a.from - b.from);
  const layers: NetworkLayer[] = [];
  /** Layers whose outputs a node sums; layer 0 is the input. */
  const sources = Array.from({ length: shape.nodes }, () => new Set<number>());
  sources[0]!.add(0);
  const skips: SkipConnection[] = [];
  const wire = (start: number, layer: number): void => {
    if (layer > start + 1) skips.push({ start, span: layer - start - 1 });
  };
  for (const { from, to, operation } of edges) {
    if (operation === identity) {
      for (const source of sources[from]!) sources[to]!.add(source);
    } else {
      layers.push({ kind: String(operation), width: 1 });
      for (const source of sources[from]!) wire(source, layers.length);
      sources[to]!.add(layers.length);
    }
  }
  for (const source of sources.at(-1)!) wire(source, layers.length + 1);
  return { layers, skips };
}

/** Nodes that paths without `none` join to a node: those that reach it ('from'), or those that it reaches ('to'). */
function reachable(
  { edges, none, nodes }: CellShape,
  operations: CellOperations,
  start: number,
  side: 'from' | 'to',
): ReadonlySet<number> {
  const found = new Set([start]);
  // Edges run upwards, so a pass per node is enough in whatever order they are listed.
  for (let pass = 0; pass < nodes; pass++) {
    edges.forEach((edge, e) => {
      if (operations[e] !== none && found.has(side === 'from' ? edge.to : edge.from)) found.add(edge[side]);
    });
  }
  return found;
}

// The edit distance of networks of Auto-Keras (Jin, Song and Hu 2019, section 3.1): layers are aligned in order, skip
// connections matched one to one. d = D_layers + lambda * D_skips, lambda = 1.

import { assign } from './assignment.ts';

interface NetworkLayer {
  readonly kind: string;
  /** More than 0. */
  readonly width: number;
}

/** A connection that passes layers by: from the output of layer `start`, over `span` layers. */
interface SkipConnection {
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

/** An edge of a cell that carries something to its output. States are numbered, the cell's inputs first. */
interface CellEdge {
  readonly from: number;
  readonly to: number;
  /** What it computes; undefined for a wire that passes its input unchanged. */
  readonly kind: string | undefined;
}

/**
 * A cell as a network of layers: every edge that computes something is a layer, in order of its target and source.
 * Connections between layers (from the inputs, to `outputs`) that do not join neighbours in that order are the skip
 * connections. `edges` are those on a path from an input to an output, `inputs` the number of states before the nodes.
 */
export function networkOfCell(
  inputs: number,
  outputs: readonly number[],
  edges: readonly CellEdge[],
): LayerNetwork {
  const layers: NetworkLayer[] = [];
  const skips: SkipConnection[] = [];
  /** Layers whose outputs make up a state; 0 is the input. */
  const sources = new Map(Array.from({ length: inputs }, (_, input) => [input, new Set([0])]));
  const sourcesOf = (state: number): ReadonlySet<number> => sources.get(state) ?? new Set();
  const wire = (start: number, layer: number): void => {
    if (layer > start + 1) skips.push({ start, span: layer - start - 1 });
  };
  for (const { from, to, kind } of [...edges].sort((a, b) => a.to - b.to || a.from - b.from)) {
    if (kind !== undefined) {
      layers.push({ kind, width: 1 });
      for (const source of sourcesOf(from)) wire(source, layers.length);
    }
    const added = kind === undefined ? sourcesOf(from) : [layers.length];
    sources.set(to, new Set([...sourcesOf(to), ...added]));
  }
  for (const output of outputs) for (const source of sourcesOf(output)) wire(source, layers.length + 1);
  return { layers, skips };
}

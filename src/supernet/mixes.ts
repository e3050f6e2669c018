// Alphas in a plan, and the weights of a supernet's operations.

import type { Graph, PlanBuilder } from '../kernels/graph.ts';
import { edgeNorm } from '../kernels/operations/edge-norm/definition.ts';
import { softmax } from '../kernels/operations/softmax/definition.ts';
import type { Tensor } from '../kernels/tensor.ts';
import { alphaShapes, edgeName } from './alphas.ts';
import { edgesByNode, type Space } from './space.ts';

export const alphaArena = 'alphas';

/** The weights of a cell kind's operations. */
export interface Mix {
  /** [E, O]: softmax of alpha, with edge normalisation times the edge's share. */
  readonly operations: Tensor;
  /** [1, E]: the edges' shares, with edge normalisation. */
  readonly shares?: Tensor;
}

export function declareAlphas(builder: PlanBuilder, space: Space): Readonly<Record<string, Tensor>> {
  const tensors = Object.entries(alphaShapes(space)).map(([name, shape]) => [
    name,
    builder.persistent(alphaArena, name, shape),
  ]);
  return Object.fromEntries(tensors) as Record<string, Tensor>;
}

/** By cell kind. */
export function recordMixes(
  graph: Graph,
  space: Space,
  alphas: Readonly<Record<string, Tensor>>,
): Readonly<Record<string, Mix>> {
  const mixes = Object.entries(space.cells).map(([kind, cell]): [string, Mix] => {
    const operations = softmax(graph, alphas[kind]!);
    const edges = alphas[edgeName(kind)];
    if (edges === undefined) return [kind, { operations }];
    const { y, shares } = edgeNorm(graph, operations, edges, edgesByNode(cell));
    return [kind, { operations: y, shares }];
  });
  return Object.fromEntries(mixes);
}

// The state of a node without incoming edges.

import type { Graph } from '../kernels/graph.ts';
import { imageShape, type Tensor } from '../kernels/tensor.ts';
import { fill } from '../kernels/plan.ts';

/** Zeros of the shape that `input` has after an edge of the given stride. */
export function zeros(graph: Graph, input: Tensor, stride: 1 | 2, name: string): Tensor {
  const { n, h, w, c } = imageShape(input);
  const y = graph.activation(name, [n, Math.ceil(h / stride), Math.ceil(w / stride), c]);
  graph.emit(fill(y, 0));
  return y;
}

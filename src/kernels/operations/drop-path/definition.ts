// dx[n, h, w, c] = factors[n, column] * dy[n, h, w, c]; the factors have no gradient.
import type { Graph } from '../../graph.ts';
import type { Tensor } from '../../tensor.ts';
import { instructions } from './types.ts';

/** x: [N, H, W, C], factors: [N, paths]; returns y of x's shape. */
export function dropPath(graph: Graph, x: Tensor, factors: Tensor, column: number): Tensor {
  const y = graph.activation(`${x.name}/dropped`, x.shape);
  graph.emit(instructions.forward({ reads: { x, factors }, writes: { y }, column }));
  graph.onBackward([x], [y], (gradients) => {
    const dx = gradients.into(x);
    if (dx === undefined) return;
    const { tensor, accumulate } = dx;
    const reads = { factors, dy: gradients.of(y) };
    graph.emit(instructions.backward({ reads, writes: { dx: tensor }, column, accumulate }));
  });
  return y;
}

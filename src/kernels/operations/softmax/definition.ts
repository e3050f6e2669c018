// dx[e,k] = y[e,k] * (dy[e,k] - sum_l y[e,l] * dy[e,l])
import type { Graph } from '../../graph.ts';
import type { Tensor } from '../../tensor.ts';
import { instructions } from './types.ts';

/** x: [E, O]; returns y of the same shape, rows summing to 1. */
export function softmax(graph: Graph, x: Tensor): Tensor {
  const y = graph.activation(`${x.name}/softmax`, x.shape);
  graph.emit(instructions.forward({ reads: { x }, writes: { y } }));
  graph.onBackward([x], [y], (gradients) => {
    const dx = gradients.into(x);
    if (dx === undefined) return;
    const reads = { y, dy: gradients.of(y) };
    graph.emit(instructions.backward({ reads, writes: { dx: dx.tensor }, accumulate: dx.accumulate }));
  });
  return y;
}

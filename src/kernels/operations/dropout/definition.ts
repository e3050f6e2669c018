// dx = dy * mask; the mask has no gradient.
import type { Graph } from '../../graph.ts';
import type { Tensor } from '../../tensor.ts';
import { instructions } from './types.ts';

/** x, mask: of one shape; returns y of that shape. */
export function dropout(graph: Graph, x: Tensor, mask: Tensor): Tensor {
  const y = graph.activation(`${x.name}/dropped`, x.shape);
  graph.emit(instructions.forward({ reads: { x, mask }, writes: { y } }));
  graph.onBackward([x], [y], (gradients) => {
    const target = gradients.into(x);
    if (target === undefined) return;
    const { tensor: dx, accumulate } = target;
    const reads = { mask, dy: gradients.of(y) };
    graph.emit(instructions.backward({ reads, writes: { dx }, accumulate }));
  });
  return y;
}

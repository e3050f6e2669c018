// dx = dy where x > 0, else 0 (at x = 0 too, as in PyTorch).
import type { Graph } from '../../graph.ts';
import type { Tensor } from '../../tensor.ts';
import { instructions } from './types.ts';

/** x: any shape; returns y of the same shape. */
export function relu(graph: Graph, x: Tensor): Tensor {
  const y = graph.activation(`${x.name}/relu`, x.shape);
  graph.emit(instructions.forward({ reads: { x }, writes: { y } }));
  graph.onBackward([x], [y], (gradients) => {
    const target = gradients.into(x);
    if (target === undefined) return;
    const reads = { x, dy: gradients.of(y) };
    graph.emit(
      instructions.backward({ reads, writes: { dx: target.tensor }, accumulate: target.accumulate }),
    );
  });
  return y;
}

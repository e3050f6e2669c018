// Max: dy goes to the first maximum of its window in row-major order. Average: dy / (pixels inside) to each of them.
import type { Graph } from '../../graph.ts';
import { imageShape, type Tensor } from '../../tensor.ts';
import type { PoolWindow } from './nodes.ts';

/** x: [N, H, W, C]; gives [N, ceil(H/s), ceil(W/s), C]. */
export function pool(graph: Graph, x: Tensor, window: PoolWindow): Tensor {
  const { n, h, w, c } = imageShape(x);
  const { stride, mode, kernel } = window;
  const y = graph.activation(`${x.name}/${mode}`, [n, Math.ceil(h / stride), Math.ceil(w / stride), c]);
  graph.emit({ op: 'pool', pass: 'forward', reads: { x }, writes: { y }, mode, kernel, stride });
  graph.onBackward([x], [y], (gradients) => {
    const dx = gradients.into(x);
    if (dx === undefined) return;
    const reads = { x, dy: gradients.of(y) };
    const { accumulate } = dx;
    graph.emit({
      op: 'pool',
      pass: 'backward',
      reads,
      writes: { dx: dx.tensor },
      mode,
      kernel,
      stride,
      accumulate,
    });
  });
  return y;
}

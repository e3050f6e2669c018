// y = sum of xs; every dx = dy, one backward node an input.
import type { Graph } from '../../graph.ts';
import type { Tensor } from '../../tensor.ts';

/** xs: at least one, of one shape; gives y of that shape. */
export function add(graph: Graph, xs: readonly Tensor[], name: string): Tensor {
  const y = graph.activation(name, xs[0]!.shape);
  graph.emit({ op: 'add', pass: 'forward', reads: { xs }, writes: { y } });
  graph.onBackward(xs, [y], (gradients) => {
    for (const x of xs) {
      const dx = gradients.into(x);
      if (dx === undefined) continue;
      const { tensor, accumulate } = dx;
      graph.emit({
        op: 'add',
        pass: 'backward',
        reads: { dy: gradients.of(y) },
        writes: { dx: tensor },
        accumulate,
      });
    }
  });
  return y;
}

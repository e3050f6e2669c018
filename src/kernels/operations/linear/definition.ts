// dx = dy * weight^T, dweight = x^T * dy, dbias = sum over n of dy
import type { Graph } from '../../graph.ts';
import type { Tensor } from '../../tensor.ts';

/** x: [N, Cin], weight: [Cin, Cout], bias: [Cout]; gives [N, Cout]. */
export function linear(graph: Graph, x: Tensor, weight: Tensor, bias: Tensor): Tensor {
  const y = graph.activation(`${weight.name}/y`, [x.shape[0]!, weight.shape[1]!]);
  graph.emit({ op: 'linear', pass: 'forward', reads: { x, weight, bias }, writes: { y } });
  graph.onBackward([x, weight, bias], [y], (gradients) => {
    const dx = gradients.into(x);
    graph.emit({
      op: 'linear',
      pass: 'backward',
      reads: { x, weight, dy: gradients.of(y) },
      writes: {
        ...(dx && { dx: dx.tensor }),
        ...gradients.parameter('dweight', weight),
        ...gradients.parameter('dbias', bias),
      },
      accumulate: dx?.accumulate ?? false,
    });
  });
  return y;
}

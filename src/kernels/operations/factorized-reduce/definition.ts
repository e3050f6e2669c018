// dx[n,2i,2j,c] = sum_o dy[n,i,j,o] * first[c,o]; dx[n,2i+1,2j+1,c] = sum_o dy[n,i,j,C/2+o] * second[c,o]; else 0.
// dfirst[c,o] = sum over n, i, j of x[n,2i,2j,c] * dy[n,i,j,o]; dsecond likewise.
import type { Graph } from '../../graph.ts';
import { imageShape, type Tensor } from '../../tensor.ts';
import { instructions } from './types.ts';

/** x: [N, H, W, Cin], first and second: [Cin, C/2]; returns [N, ceil(H/2), ceil(W/2), C]. */
export function factorizedReduce(graph: Graph, x: Tensor, first: Tensor, second: Tensor): Tensor {
  const { n, h, w } = imageShape(x);
  const c = first.shape[1]! + second.shape[1]!;
  const y = graph.activation(`${first.name}/y`, [n, Math.ceil(h / 2), Math.ceil(w / 2), c]);
  graph.emit(instructions.forward({ reads: { x, first, second }, writes: { y } }));
  graph.onBackward([x, first, second], [y], (gradients) => {
    const dx = gradients.into(x);
    graph.emit(
      instructions.backward({
        reads: { x, first, second, dy: gradients.of(y) },
        writes: {
          ...(dx && { dx: dx.tensor }),
          ...gradients.parameter('dfirst', first),
          ...gradients.parameter('dsecond', second),
        },
        accumulate: dx?.accumulate ?? false,
      }),
    );
  });
  return y;
}

// With T the convolution's output, M = N*H*W and y = xhat = (T - mean) * inv, which is all that batch norm's
// backward needs: dT = inv * (dy - sum(dy) / M - y * sum(dy * y) / M). Then the convolution's and ReLU's own.
import type { Graph } from '../../graph.ts';
import { imageShape, type Tensor } from '../../tensor.ts';
import { instructions } from './types.ts';

/**
 * xs: [N, H, W, C_i]; weights: one [Cin, C] (stride 1), or two [Cin, C/2] (factorized reduce).
 * Returns [N, H, W, C], or [N, ceil(H/2), ceil(W/2), C].
 */
export function preprocess(graph: Graph, xs: readonly Tensor[], weights: readonly Tensor[]): Tensor {
  const { n, h, w } = imageShape(xs[0]!);
  const stride = weights.length;
  const c = weights.reduce((sum, weight) => sum + weight.shape[1]!, 0);
  const y = graph.activation(`${weights[0]!.name}/y`, [n, Math.ceil(h / stride), Math.ceil(w / stride), c]);
  const statistics = graph.activation(`${weights[0]!.name}/statistics`, [2, c]);
  graph.emit(instructions.forward({ reads: { xs, weights }, writes: { y, statistics } }));
  graph.onBackward([...xs, ...weights], [y], (gradients) => {
    const targets = xs.map((x) => gradients.into(x));
    graph.emit(
      instructions.backward({
        reads: { xs, weights, y, statistics, dy: gradients.of(y) },
        writes: {
          dxs: targets.map((target) => target?.tensor ?? null),
          ...gradients.parameters('dweights', weights),
        },
        accumulate: targets.map((target) => target?.accumulate ?? false),
      }),
    );
  });
  return y;
}

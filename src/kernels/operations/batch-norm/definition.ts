// With M = N*H*W and xhat = (x - mean) * inv:
// dbeta = sum dy, dgamma = sum dy * xhat, dx = gamma * inv * (dy - dbeta / M - xhat * dgamma / M)
import type { Graph } from '../../graph.ts';
import type { Tensor } from '../../tensor.ts';
import { instructions } from './types.ts';

export interface Affine {
  /** [C] */
  readonly gamma: Tensor;
  /** [C] */
  readonly beta: Tensor;
}

/** x: [N, H, W, C]; affine: gamma and beta, [C] each. Returns y of x's shape. */
export function batchNorm(graph: Graph, x: Tensor, affine?: Affine): Tensor {
  return measuredNorm(graph, x, affine).y;
}

/** As `batchNorm`; statistics: [2, C], mean above inverse deviation. */
export function measuredNorm(
  graph: Graph,
  x: Tensor,
  affine?: Affine,
): { readonly y: Tensor; readonly statistics: Tensor } {
  const y = graph.activation(`${x.name}/norm`, x.shape);
  const statistics = graph.activation(`${x.name}/statistics`, [2, x.shape.at(-1)!]);
  graph.emit(instructions.forward({ reads: { x, ...affine }, writes: { y, statistics } }));
  graph.onBackward(affine ? [x, affine.gamma, affine.beta] : [x], [y], (gradients) => {
    const dx = gradients.into(x);
    graph.emit(
      instructions.backward({
        reads: { x, statistics, dy: gradients.of(y), ...(affine && { gamma: affine.gamma }) },
        writes: {
          ...(dx && { dx: dx.tensor }),
          ...(affine && gradients.parameter('dgamma', affine.gamma)),
          ...(affine && gradients.parameter('dbeta', affine.beta)),
        },
        accumulate: dx?.accumulate ?? false,
      }),
    );
  });
  return { y, statistics };
}

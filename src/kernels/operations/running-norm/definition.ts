// The statistics are constants: dx = gamma * inv * dy, dbeta = sum dy, dgamma = sum dy * xhat
import type { Graph } from '../../graph.ts';
import type { Tensor } from '../../tensor.ts';
import type { Affine } from '../batch-norm/definition.ts';
import { instructions } from './types.ts';

export interface RunningStatistics {
  /** [C] */
  readonly mean: Tensor;
  /** [C] */
  readonly variance: Tensor;
}

/** x: [N, H, W, C]; gamma and beta, mean and variance: [C] each. Returns y of x's shape. */
export function runningNorm(
  graph: Graph,
  x: Tensor,
  { gamma, beta }: Affine,
  { mean, variance }: RunningStatistics,
): Tensor {
  const y = graph.activation(`${x.name}/norm`, x.shape);
  const statistics = graph.activation(`${x.name}/statistics`, [2, x.shape.at(-1)!]);
  graph.emit(instructions.forward({ reads: { x, gamma, beta, mean, variance }, writes: { y, statistics } }));
  graph.onBackward([x, gamma, beta], [y], (gradients) => {
    const dx = gradients.into(x);
    graph.emit(
      instructions.backward({
        reads: { x, gamma, statistics, dy: gradients.of(y) },
        writes: {
          ...(dx && { dx: dx.tensor }),
          ...gradients.parameter('dgamma', gamma),
          ...gradients.parameter('dbeta', beta),
        },
        accumulate: dx?.accumulate ?? false,
      }),
    );
  });
  return y;
}

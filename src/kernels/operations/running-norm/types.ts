// Batch norm by running statistics, as in evaluation: y = gamma * (x - mean) * inv + beta, inv = 1 / sqrt(variance + eps).
import type { Tensor } from '../../tensor.ts';
import { type Instructions, instructionsOf } from '../../plan.ts';

export interface RunningNormForward {
  /** All but x: [C]. */
  readonly reads: {
    readonly x: Tensor;
    readonly gamma: Tensor;
    readonly beta: Tensor;
    readonly mean: Tensor;
    readonly variance: Tensor;
  };
  /** statistics: [2, C], mean above inverse deviation. */
  readonly writes: { readonly y: Tensor; readonly statistics: Tensor };
}

export interface RunningNormBackward {
  readonly reads: {
    readonly x: Tensor;
    readonly gamma: Tensor;
    readonly statistics: Tensor;
    readonly dy: Tensor;
  };
  readonly writes: { readonly dx?: Tensor; readonly dgamma?: Tensor; readonly dbeta?: Tensor };
  /** dx is added to, not overwritten; dgamma and dbeta are always overwritten. */
  readonly accumulate: boolean;
}

export const instructions: Instructions<RunningNormForward, RunningNormBackward> =
  instructionsOf('runningNorm');

// Batch norm by batch statistics: y = gamma * (x - mean) * inv + beta, inv = 1 / sqrt(var + eps), biased variance.
import type { Tensor } from '../../tensor.ts';
import { type Instructions, instructionsOf } from '../../plan.ts';

/** eps of every batch norm. */
export const epsilon = 1e-5;

export interface BatchNormForward {
  /** gamma, beta: [C], both or none. */
  readonly reads: { readonly x: Tensor; readonly gamma?: Tensor; readonly beta?: Tensor };
  /** statistics: [2, C], mean above inverse deviation. */
  readonly writes: { readonly y: Tensor; readonly statistics: Tensor };
}

export interface BatchNormBackward {
  readonly reads: {
    readonly x: Tensor;
    readonly gamma?: Tensor;
    readonly statistics: Tensor;
    readonly dy: Tensor;
  };
  readonly writes: { readonly dx?: Tensor; readonly dgamma?: Tensor; readonly dbeta?: Tensor };
  /** dx is added to, not overwritten; dgamma and dbeta are always overwritten. */
  readonly accumulate: boolean;
}

export const instructions: Instructions<BatchNormForward, BatchNormBackward> = instructionsOf('batchNorm');

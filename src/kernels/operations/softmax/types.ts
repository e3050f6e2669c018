// Softmax of every row: y[e,k] = exp(x[e,k] - max_k x[e,k]) / sum_k of the same.
import type { Tensor } from '../../tensor.ts';
import { type Instructions, instructionsOf } from '../../plan.ts';

export interface SoftmaxForward {
  readonly reads: { readonly x: Tensor };
  readonly writes: { readonly y: Tensor };
}

export interface SoftmaxBackward {
  readonly reads: { readonly y: Tensor; readonly dy: Tensor };
  readonly writes: { readonly dx: Tensor };
  /** dx is added to, not overwritten. */
  readonly accumulate: boolean;
}

export const instructions: Instructions<SoftmaxForward, SoftmaxBackward> = instructionsOf('softmax');

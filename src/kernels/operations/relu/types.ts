// ReLU: y = max(x, 0).
import type { Tensor } from '../../tensor.ts';
import { type Instructions, instructionsOf } from '../../plan.ts';

export interface ReluForward {
  readonly reads: { readonly x: Tensor };
  readonly writes: { readonly y: Tensor };
}

export interface ReluBackward {
  readonly reads: { readonly x: Tensor; readonly dy: Tensor };
  readonly writes: { readonly dx: Tensor };
  /** dx is added to, not overwritten. */
  readonly accumulate: boolean;
}

export const instructions: Instructions<ReluForward, ReluBackward> = instructionsOf('relu');

// ReLU: y = max(x, 0).
import type { Tensor } from '../../tensor.ts';
import { type InputGradient, type Instructions, instructionsOf } from '../../plan.ts';

export interface ReluForward {
  readonly reads: { readonly x: Tensor };
  readonly writes: { readonly y: Tensor };
}

export interface ReluBackward extends InputGradient {
  readonly reads: { readonly x: Tensor; readonly dy: Tensor };
}

export const instructions: Instructions<ReluForward, ReluBackward> = instructionsOf('relu');

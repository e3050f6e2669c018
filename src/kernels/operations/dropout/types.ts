// Dropout by a given mask: y = x * mask. The host draws the mask: 0, or 1 / (1 - rate).
import type { Tensor } from '../../tensor.ts';
import { type InputGradient, type Instructions, instructionsOf } from '../../plan.ts';

export interface DropoutForward {
  /** Of one shape. */
  readonly reads: { readonly x: Tensor; readonly mask: Tensor };
  readonly writes: { readonly y: Tensor };
}

export interface DropoutBackward extends InputGradient {
  readonly reads: { readonly mask: Tensor; readonly dy: Tensor };
}

export const instructions: Instructions<DropoutForward, DropoutBackward> = instructionsOf('dropout');

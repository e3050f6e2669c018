// Concatenation along channels.
import type { Tensor } from '../../tensor.ts';
import { type InputGradient, type Instructions, instructionsOf } from '../../plan.ts';

export interface ConcatForward {
  readonly reads: { readonly xs: readonly Tensor[] };
  readonly writes: { readonly y: Tensor };
}

export interface ConcatBackward extends InputGradient {
  readonly reads: { readonly dy: Tensor };
  /** First channel of dy that belongs to dx. */
  readonly channel: number;
}

export const instructions: Instructions<ConcatForward, ConcatBackward> = instructionsOf('concat');

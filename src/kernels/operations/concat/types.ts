// Concatenation along channels.
import type { Tensor } from '../../tensor.ts';
import { type Instructions, instructionsOf } from '../../plan.ts';

export interface ConcatForward {
  readonly reads: { readonly xs: readonly Tensor[] };
  readonly writes: { readonly y: Tensor };
}

export interface ConcatBackward {
  readonly reads: { readonly dy: Tensor };
  readonly writes: { readonly dx: Tensor };
  /** First channel of dy that belongs to dx. */
  readonly channel: number;
  /** dx is added to, not overwritten. */
  readonly accumulate: boolean;
}

export const instructions: Instructions<ConcatForward, ConcatBackward> = instructionsOf('concat');

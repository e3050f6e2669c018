// Sum of tensors of one shape.
import type { Tensor } from '../../tensor.ts';
import { type Instructions, instructionsOf } from '../../plan.ts';

export interface AddForward {
  readonly reads: { readonly xs: readonly Tensor[] };
  readonly writes: { readonly y: Tensor };
}

export interface AddBackward {
  readonly reads: { readonly dy: Tensor };
  readonly writes: { readonly dx: Tensor };
  /** dx is added to, not overwritten. */
  readonly accumulate: boolean;
}

export const instructions: Instructions<AddForward, AddBackward> = instructionsOf('add');

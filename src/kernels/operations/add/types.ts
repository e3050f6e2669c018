// Sum of tensors of one shape.
import type { Tensor } from '../../tensor.ts';
import { type InputGradient, type Instructions, instructionsOf } from '../../plan.ts';

export interface AddForward {
  readonly reads: { readonly xs: readonly Tensor[] };
  readonly writes: { readonly y: Tensor };
}

export interface AddBackward extends InputGradient {
  readonly reads: { readonly dy: Tensor };
}

export const instructions: Instructions<AddForward, AddBackward> = instructionsOf('add');

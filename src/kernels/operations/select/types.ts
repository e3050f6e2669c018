// Channels of images in any order: y[..., c] = channel channels[c] of the xs side by side. No channel is taken twice.
import type { Tensor } from '../../tensor.ts';
import { type Instructions, instructionsOf } from '../../plan.ts';

export interface SelectForward {
  readonly reads: { readonly xs: readonly Tensor[] };
  readonly writes: { readonly y: Tensor };
  readonly channels: readonly number[];
}

export interface SelectBackward {
  readonly reads: { readonly dy: Tensor };
  readonly writes: { readonly dx: Tensor };
  /** By channel of dx: the channel of dy that it went to, or -1. */
  readonly channels: readonly number[];
  /** dx is added to, not overwritten. */
  readonly accumulate: boolean;
}

export const instructions: Instructions<SelectForward, SelectBackward> = instructionsOf('select');

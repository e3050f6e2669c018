// Channels of images in any order: y[..., c] = channel channels[c] of the xs side by side. No channel is taken twice.
import type { Tensor } from '../../tensor.ts';
import { type InputGradient, type Instructions, instructionsOf } from '../../plan.ts';

export interface SelectForward {
  readonly reads: { readonly xs: readonly Tensor[] };
  readonly writes: { readonly y: Tensor };
  readonly channels: readonly number[];
}

export interface SelectBackward extends InputGradient {
  readonly reads: { readonly dy: Tensor };
  /** By channel of dx: the channel of dy that it went to, or -1. */
  readonly channels: readonly number[];
}

export const instructions: Instructions<SelectForward, SelectBackward> = instructionsOf('select');

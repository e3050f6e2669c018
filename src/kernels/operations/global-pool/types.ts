// Global average pool of one or more images, side by side: y[n, c] = mean over h, w of x[n,h,w,c].
import type { Tensor } from '../../tensor.ts';
import { type InputGradient, type Instructions, instructionsOf } from '../../plan.ts';

export interface GlobalPoolForward {
  /** xs: [N, H, W, C_i]; their channels follow one another in y. */
  readonly reads: { readonly xs: readonly Tensor[] };
  readonly writes: { readonly y: Tensor };
}

export interface GlobalPoolBackward extends InputGradient {
  readonly reads: { readonly dy: Tensor };
  /** First channel of dy that belongs to dx. */
  readonly channel: number;
}

export const instructions: Instructions<GlobalPoolForward, GlobalPoolBackward> = instructionsOf('globalPool');

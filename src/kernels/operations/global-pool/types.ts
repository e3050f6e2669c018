// Global average pool of one or more images, side by side: y[n, c] = mean over h, w of x[n,h,w,c].
import type { Tensor } from '../../tensor.ts';
import { type Instructions, instructionsOf } from '../../plan.ts';

export interface GlobalPoolForward {
  /** xs: [N, H, W, C_i]; their channels follow one another in y. */
  readonly reads: { readonly xs: readonly Tensor[] };
  readonly writes: { readonly y: Tensor };
}

export interface GlobalPoolBackward {
  readonly reads: { readonly dy: Tensor };
  readonly writes: { readonly dx: Tensor };
  /** First channel of dy that belongs to dx. */
  readonly channel: number;
  /** dx is added to, not overwritten. */
  readonly accumulate: boolean;
}

export const instructions: Instructions<GlobalPoolForward, GlobalPoolBackward> = instructionsOf('globalPool');

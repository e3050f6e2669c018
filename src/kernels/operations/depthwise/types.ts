// Depthwise convolution: y[n,i,j,c] = sum over a, b of x[n, i*s - p + a*d, j*s - p + b*d, c] * weight[a,b,c].
import type { Tensor } from '../../tensor.ts';
import { type Instructions, instructionsOf } from '../../plan.ts';

interface Window {
  readonly stride: 1 | 2;
  readonly dilation: number;
}

export interface DepthwiseForward extends Window {
  /** weight: [k, k, C]. Padding is dilation * (k - 1) / 2. */
  readonly reads: { readonly x: Tensor; readonly weight: Tensor };
  readonly writes: { readonly y: Tensor };
}

export interface DepthwiseBackward extends Window {
  readonly reads: { readonly x: Tensor; readonly weight: Tensor; readonly dy: Tensor };
  readonly writes: { readonly dx?: Tensor; readonly dweight?: Tensor };
  /** dx is added to, not overwritten; dweight is always overwritten. */
  readonly accumulate: boolean;
}

export const instructions: Instructions<DepthwiseForward, DepthwiseBackward> = instructionsOf('depthwise');

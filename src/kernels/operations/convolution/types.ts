// Dense convolution, no bias: y[n,i,j,o] = sum over a, b, c of x[n, i*s - p + a, j*s - p + b, c] * weight[a,b,c,o].
import type { Tensor } from '../../tensor.ts';
import { type Instructions, instructionsOf } from '../../plan.ts';

export interface ConvolutionForward {
  /** weight: [height, width, Cin, Cout]. Padding is floor((k - 1) / 2) at top and left. */
  readonly reads: { readonly x: Tensor; readonly weight: Tensor };
  readonly writes: { readonly y: Tensor };
  readonly stride: 1 | 2;
}

export interface ConvolutionBackward {
  readonly reads: { readonly x: Tensor; readonly weight: Tensor; readonly dy: Tensor };
  readonly writes: { readonly dx?: Tensor; readonly dweight?: Tensor };
  readonly stride: 1 | 2;
  /** dx is added to, not overwritten; dweight is always overwritten. */
  readonly accumulate: boolean;
}

export const instructions: Instructions<ConvolutionForward, ConvolutionBackward> =
  instructionsOf('convolution');

// Drop path (Huang et al. 2016; Larsson et al. 2017): each image of a path is dropped or scaled as a whole:
// y[n, h, w, c] = factors[n, column] * x[n, h, w, c].
import type { Tensor } from '../../tensor.ts';
import { type InputGradient, type Instructions, instructionsOf } from '../../plan.ts';

export interface DropPathForward {
  /** factors: [N, paths], 0 or 1 / keep; the host draws them. */
  readonly reads: { readonly x: Tensor; readonly factors: Tensor };
  readonly writes: { readonly y: Tensor };
  readonly column: number;
}

export interface DropPathBackward extends InputGradient {
  readonly reads: { readonly factors: Tensor; readonly dy: Tensor };
  readonly column: number;
}

export const instructions: Instructions<DropPathForward, DropPathBackward> = instructionsOf('dropPath');

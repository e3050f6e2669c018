// Two 1x1 stride-2 convolutions, the second on x shifted by a pixel in both directions, concatenated:
// y[n,i,j,o] = sum_c x[n,2i,2j,c] * first[c,o], then sum_c x[n,2i+1,2j+1,c] * second[c,o]. At odd sizes the
// shifted pixel beyond the border is zero (the published code crashes there).
import type { Tensor } from '../../tensor.ts';
import { type Instructions, instructionsOf } from '../../plan.ts';

export interface FactorizedReduceForward {
  /** first, second: [Cin, C/2]. */
  readonly reads: { readonly x: Tensor; readonly first: Tensor; readonly second: Tensor };
  readonly writes: { readonly y: Tensor };
}

export interface FactorizedReduceBackward {
  readonly reads: {
    readonly x: Tensor;
    readonly first: Tensor;
    readonly second: Tensor;
    readonly dy: Tensor;
  };
  readonly writes: { readonly dx?: Tensor; readonly dfirst?: Tensor; readonly dsecond?: Tensor };
  /** dx is added to, not overwritten; the weights' gradients are always overwritten. */
  readonly accumulate: boolean;
}

export const instructions: Instructions<FactorizedReduceForward, FactorizedReduceBackward> =
  instructionsOf('factorizedReduce');

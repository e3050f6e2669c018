// Linear layer: y[n, o] = bias[o] + sum_c x[n, c] * weight[c, o].
import type { Tensor } from '../../tensor.ts';

export interface LinearForward {
  /** x: [N, Cin], weight: [Cin, Cout], bias: [Cout]. */
  readonly reads: { readonly x: Tensor; readonly weight: Tensor; readonly bias: Tensor };
  readonly writes: { readonly y: Tensor };
}

export interface LinearBackward {
  readonly reads: { readonly x: Tensor; readonly weight: Tensor; readonly dy: Tensor };
  readonly writes: { readonly dx?: Tensor; readonly dweight?: Tensor; readonly dbias?: Tensor };
  /** dx is added to, not overwritten; the parameters' gradients are always overwritten. */
  readonly accumulate: boolean;
}

// Linear layer: y[n, o] = bias[o] + sum_c x[n, c] * weight[c, o], one weight on any number of inputs.
import { extent, type Tensor } from '../../tensor.ts';
import { type Instructions, instructionsOf } from '../../plan.ts';

export interface LinearForward {
  /** xs: [N, Cin] each, N may differ; weight: [Cin, ...], or [Cout, Cin] where it is transposed; bias: [Cout]. */
  readonly reads: { readonly xs: readonly Tensor[]; readonly weight: Tensor; readonly bias?: Tensor };
  /** By input: [N, ...] with the weight's other axes, or [N, Cout]. */
  readonly writes: { readonly ys: readonly Tensor[] };
  readonly transposed: boolean;
}

export interface LinearBackward {
  readonly reads: {
    readonly xs: readonly Tensor[];
    readonly weight: Tensor;
    readonly dys: readonly Tensor[];
  };
  /** dxs: by input; null where not wanted. */
  readonly writes: {
    readonly dxs: readonly (Tensor | null)[];
    readonly dweight?: Tensor;
    readonly dbias?: Tensor;
  };
  readonly transposed: boolean;
  /** By input: dx is added to, not overwritten. */
  readonly accumulate: readonly boolean[];
  /** dweight is added to, not overwritten. */
  readonly accumulateWeight: boolean;
  readonly accumulateBias: boolean;
}

/** Elements of one row (an example, or an input of a weight), spare lanes included. */
export function lanesOf(tensor: Tensor): number {
  return extent(tensor) / tensor.shape[0]!;
}

export const instructions: Instructions<LinearForward, LinearBackward> = instructionsOf('linear');

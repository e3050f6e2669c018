// Mean squared difference of neighbours: loss = weight * sum_t mean((x_t - x_t-1)^2) / (T - 1).
import { count, type Tensor } from '../../tensor.ts';
import { type Instructions, instructionsOf } from '../../plan.ts';

export interface SlownessForward {
  /** xs: at least two, of one shape. */
  readonly reads: { readonly xs: readonly Tensor[] };
  /** [1] */
  readonly writes: { readonly loss: Tensor };
  readonly weight: number;
}

export interface SlownessBackward {
  readonly reads: { readonly xs: readonly Tensor[] };
  /** By input; null where not wanted. */
  readonly writes: { readonly dxs: readonly (Tensor | null)[] };
  readonly weight: number;
  /** By input: dx is added to, not overwritten. */
  readonly accumulate: readonly boolean[];
}

/** What the sum of squares is multiplied by. */
export function scaleOf(xs: readonly Tensor[], weight: number): number {
  return weight / ((xs.length - 1) * count(xs[0]!.shape));
}

export const instructions: Instructions<SlownessForward, SlownessBackward> = instructionsOf('slowness');

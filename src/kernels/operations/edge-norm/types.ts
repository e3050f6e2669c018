// Edge normalisation (Xu et al. 2020, equation 4): shares[e] = softmax of beta over the edges of one node, and
// y[e, k] = shares[e] * mix[e, k]. `edges`: of every node in turn, so many rows.
import type { Tensor } from '../../tensor.ts';
import { type Instructions, instructionsOf } from '../../plan.ts';

export interface EdgeNormForward {
  /** mix: [E, O]; beta: [E, 1]. */
  readonly reads: { readonly mix: Tensor; readonly beta: Tensor };
  /** y: [E, O]; shares: [1, E]. */
  readonly writes: { readonly y: Tensor; readonly shares: Tensor };
  readonly edges: readonly number[];
}

export interface EdgeNormBackward {
  readonly reads: {
    readonly mix: Tensor;
    readonly shares: Tensor;
    readonly dy: Tensor;
    readonly dshares: Tensor;
  };
  readonly writes: { readonly dmix?: Tensor; readonly dbeta?: Tensor };
  readonly edges: readonly number[];
  /** dmix and dbeta are added to, not overwritten. */
  readonly accumulate: readonly [mix: boolean, beta: boolean];
}

export const instructions: Instructions<EdgeNormForward, EdgeNormBackward> = instructionsOf('edgeNorm');

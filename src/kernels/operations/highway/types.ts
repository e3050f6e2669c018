// A node of a recurrent cell: the sum over its edges of a highway through each of their activations,
// y = sum over edges e and activations k of a_ek * (s_e + sigmoid(c_e) * (f_k(h_e) - s_e)), where a is the mix, or 1.
import type { Tensor } from '../../tensor.ts';
import { type Instructions, instructionsOf } from '../../plan.ts';

export const activations = ['tanh', 'relu', 'sigmoid', 'identity'] as const;
export type Activation = (typeof activations)[number];

export interface HighwayEdge {
  /** s: [N, C] */
  readonly state: Tensor;
  /** c above h: [N, 2, C] */
  readonly product: Tensor;
  /** Row of the mix. */
  readonly row: number;
  /** Column of the mix by activation. Those that are absent contribute nothing. */
  readonly columns: Readonly<Partial<Record<Activation, number>>>;
}

export interface HighwayForward {
  /** mix: [E, O], the softmax of alpha; without it all coefficients are 1. */
  readonly reads: { readonly edges: readonly HighwayEdge[]; readonly mix?: Tensor };
  /** [N, C] */
  readonly writes: { readonly y: Tensor };
}

export interface HighwayBackward {
  readonly reads: { readonly edges: readonly HighwayEdge[]; readonly mix?: Tensor; readonly dy: Tensor };
  /** By edge; null where not wanted. dmix is added to at the places of the edges' activations. */
  readonly writes: {
    readonly dstates: readonly (Tensor | null)[];
    readonly dproducts: readonly (Tensor | null)[];
    readonly dmix?: Tensor;
  };
  /** By edge: added to, not overwritten. */
  readonly accumulate: {
    readonly states: readonly boolean[];
    readonly products: readonly boolean[];
  };
}

export const instructions: Instructions<HighwayForward, HighwayBackward> = instructionsOf('highway');

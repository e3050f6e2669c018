// A node of a cell: the sum over its incoming edges of their mixed operations, in one pass. A term is scaled and
// shifted per channel where it is normalised: mix * inv * T - mix * inv * mean.
import type { Tensor } from '../../tensor.ts';
import { type Instructions, instructionsOf } from '../../plan.ts';

export interface NodeTerm {
  /** Column of mix. */
  readonly column: number;
  /** Output of a fan before its batch norm, a pool, a state itself, or an operation lowered to primitives. */
  readonly source: Tensor;
  /** [2, C] where the term is to be normalised. */
  readonly statistics?: Tensor;
  /** `fan`: the gradient goes to the fan as a deferred; `primitive`: it is written out. */
  readonly origin: 'fan' | 'primitive';
}

export interface NodeEdge {
  /** Row of mix. */
  readonly row: number;
  readonly terms: readonly NodeTerm[];
}

export interface NodeSumForward {
  /** mix: [E, O], the softmax of alpha; absent: every coefficient is 1. */
  readonly reads: { readonly mix?: Tensor; readonly edges: readonly NodeEdge[] };
  readonly writes: { readonly y: Tensor };
}

/** Where the backward of a term goes; all absent for what nobody wants. */
export interface TermGradient {
  /** [C]: sum over pixels of dy * xhat; for normalised terms. */
  readonly sumDyXhat?: Tensor;
  /** The gradient of a primitive's output. */
  readonly dsource?: Tensor;
  /** dsource is added to, not overwritten. */
  readonly accumulate: boolean;
}

export interface NodeSumBackward {
  readonly reads: { readonly mix?: Tensor; readonly edges: readonly NodeEdge[]; readonly dy: Tensor };
  /** sumDy: [C], sum of dy; gradients: by edge and term; dmix is added to at the columns that have a term. */
  readonly writes: {
    readonly sumDy: Tensor;
    readonly gradients: readonly (readonly TermGradient[])[];
    readonly dmix?: Tensor;
  };
}

export const instructions: Instructions<NodeSumForward, NodeSumBackward> = instructionsOf('nodeSum');

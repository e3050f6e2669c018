// Softmax mixing of an edge: y = sum_k mix[row, column_k] * term_k. Columns without a term contribute zero.
import type { Tensor } from '../../tensor.ts';
import { type Instructions, instructionsOf } from '../../plan.ts';

export interface MixTerm {
  readonly column: number;
  readonly x: Tensor;
}

export interface MixForward {
  /** mix: [E, O], the softmax of alpha. */
  readonly reads: { readonly mix: Tensor; readonly terms: readonly MixTerm[] };
  readonly writes: { readonly y: Tensor };
  readonly row: number;
}

export interface MixBackward {
  readonly reads: { readonly mix: Tensor; readonly terms: readonly MixTerm[]; readonly dy: Tensor };
  /** dxs: by term; null where not wanted. dmix is added to at this row's columns that have a term. */
  readonly writes: { readonly dxs: readonly (Tensor | null)[]; readonly dmix?: Tensor };
  readonly row: number;
  /** By term: dx is added to, not overwritten. */
  readonly accumulate: readonly boolean[];
}

export const instructions: Instructions<MixForward, MixBackward> = instructionsOf('mix');

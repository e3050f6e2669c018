// Rows of a table: y[n] = table[indices[n]]. An index outside the table makes NaN, which stops a run.
import type { Tensor } from '../../tensor.ts';
import { type Instructions, instructionsOf } from '../../plan.ts';

export interface EmbeddingForward {
  /** table: [V, C]; indices: [N, 1], whole numbers. */
  readonly reads: { readonly table: Tensor; readonly indices: Tensor };
  /** [N, C] */
  readonly writes: { readonly y: Tensor };
}

export interface EmbeddingBackward {
  readonly reads: { readonly indices: Tensor; readonly dy: Tensor };
  /** Always added to, row by row, in the order of n. */
  readonly writes: { readonly dtable: Tensor };
}

export const instructions: Instructions<EmbeddingForward, EmbeddingBackward> = instructionsOf('embedding');

// The gradient of a term of a cell's node, left to the operation that made the term. Written out it would cost a pass over
// memory for each term; the backward that takes it computes it as it loads dy.

import type { Tensor } from './tensor.ts';

/**
 * mix * inv * (dy - sumDy / M - xhat * sumDyXhat / M) where the term is normalised, mix * dy where it is not; mix is 1
 * without alphas.
 */
export interface DeferredGradient {
  readonly dy: Tensor;
  readonly mix?: Tensor;
  readonly row: number;
  readonly column: number;
  /** [C]: sum of dy over all pixels, and of dy * xhat. Normalised terms only. */
  readonly sumDy?: Tensor;
  readonly sumDyXhat?: Tensor;
}

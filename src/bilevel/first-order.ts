// First-order DARTS (Liu et al. 2019, section 2.3, xi = 0): the weights are taken as they are.

import type { BilevelProblem, BatchResult } from './problem.ts';

/** into = grad_alpha L_val(w, alpha). One forward and backward pass. */
export function firstOrder<V, S>(problem: BilevelProblem<V, S>, into: V): BatchResult<S> {
  return problem.gradient('valid', { alphas: into });
}

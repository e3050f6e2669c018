// Second-order DARTS (Liu et al. 2019, section 2.3, equations 6 to 8): one step of the weights is unrolled, and the
// product of the mixed second derivative with a vector is a finite difference.

import type { BilevelProblem, BatchResult } from './problem.ts';

/** The perturbation's length: eps = 0.01 / ||v||. */
const radius = 0.01;

/**
 * With w' = w - eta * (the optimizer's step on L_train, momentum and decay included, unclipped) and
 * v = grad_w' L_val(w', alpha), eps = 0.01 / ||v||:
 * into = grad_alpha L_val(w', alpha)
 *        - eta * (grad_alpha L_train(w + eps v, alpha) - grad_alpha L_train(w - eps v, alpha)) / (2 eps).
 * Where v = 0 the second term is 0. Four forward and backward passes. The weights come back from a copy: undoing
 * the perturbation by arithmetic would let them drift.
 */
export function unrolled<V, S>(problem: BilevelProblem<V, S>, into: V): BatchResult<S> {
  const { weights, weightState, weightRate } = problem;
  const direction = problem.vector('direction', 'weights');
  const plus = problem.vector('alphaGradientPlus', 'alphas');
  const minus = problem.vector('alphaGradientMinus', 'alphas');
  const saved = weightState.map((_, i) => problem.vector(`saved${i}`, 'weights'));
  const savedWeights = saved[weightState.indexOf(weights)]!;
  const length = problem.scalar('directionNorm');
  const eps = problem.scalar('perturbation');
  const factor = problem.scalar('curvatureFactor');

  for (const [i, state] of weightState.entries()) problem.copy(saved[i]!, state);
  problem.gradient('train', { weights: direction });
  problem.weightStep(direction, { clipped: false });
  const outcome = problem.gradient('valid', { weights: direction, alphas: into });

  problem.norm(length, direction);
  problem.quotient(eps, radius, undefined, length);
  problem.axpy(weights, savedWeights, 1, direction, eps);
  problem.gradient('train', { alphas: plus });
  problem.axpy(weights, savedWeights, -1, direction, eps);
  problem.gradient('train', { alphas: minus });
  for (const [i, state] of weightState.entries()) problem.copy(state, saved[i]!);

  problem.quotient(factor, 0.5, weightRate, eps);
  problem.axpy(into, into, -1, plus, factor);
  problem.axpy(into, into, 1, minus, factor);
  return outcome;
}

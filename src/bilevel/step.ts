// One search step: alpha on a validation batch, then the weights on a training batch with the new alpha.

import type { AlphaGradient, BilevelProblem, Outcome } from './problem.ts';

export interface StepOutcome<S> {
  /** Of the validation batch, where alpha's gradient was taken. */
  readonly valid: Outcome<S>;
  /** Of the training batch, at the weights before their step. */
  readonly train: Outcome<S>;
}

export function bilevelStep<V, S>(
  problem: BilevelProblem<V, S>,
  alphaGradient: AlphaGradient,
): StepOutcome<S> {
  const forAlphas = problem.vector('alphaGradient', 'alphas');
  const valid = alphaGradient(problem, forAlphas);
  problem.alphaStep(forAlphas);
  const forWeights = problem.vector('weightGradient', 'weights');
  const train = problem.gradient('train', { weights: forWeights });
  problem.weightStep(forWeights, { clipped: true });
  return { valid, train };
}

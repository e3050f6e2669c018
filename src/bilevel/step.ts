// One search step: alpha on a validation batch, then the weights on a training batch with the new alpha.

import type { AlphaGradient, BilevelProblem, BatchResult } from './problem.ts';

export interface StepResult<S = number> {
  /** Of the validation batch, at the weights and alphas before the step. */
  readonly valid: BatchResult<S>;
  /** Of the training batch, at the weights before their step. */
  readonly train: BatchResult<S>;
}

export function bilevelStep<V, S>(
  problem: BilevelProblem<V, S>,
  alphaGradient: AlphaGradient,
): StepResult<S> {
  const forAlphas = problem.vector('alphaGradient', 'alphas');
  const valid = alphaGradient(problem, forAlphas);
  problem.alphaStep(forAlphas);
  return { valid, train: stepOfWeights(problem) };
}

/** A step of the weights alone, before the alphas learn (Xu et al. 2020: the first 15 epochs). */
export function warmUpStep<V, S>(problem: BilevelProblem<V, S>): StepResult<S> {
  const valid = problem.gradient('valid', {});
  return { valid, train: stepOfWeights(problem) };
}

function stepOfWeights<V, S>(problem: BilevelProblem<V, S>): BatchResult<S> {
  const gradient = problem.vector('weightGradient', 'weights');
  const train = problem.gradient('train', { weights: gradient });
  problem.weightStep(gradient, { clipped: true });
  return train;
}

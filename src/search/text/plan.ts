// The plan of a search on text: a whole step, and the relaxed cell on a window of the validation text.

import { PlanBuilder } from '../../kernels/graph.ts';
import type { Tensor } from '../../kernels/tensor.ts';
import { declareText, type TextBatch } from '../../supernet/recurrent/network.ts';
import { RecurrentProblem } from '../../supernet/recurrent/problem.ts';
import { dartsRnn } from '../../supernet/spaces/darts-rnn.ts';
import { type RecordedSteps, recordSteps } from '../recorded-step.ts';
import type { TextSearchConfig } from './config.ts';

export interface TextPlan extends RecordedSteps {
  readonly problem: RecurrentProblem;
  /** Of the program `step`, and of `evaluate`. */
  readonly batches: Readonly<Record<'train' | 'valid' | 'evaluated', TextBatch>>;
  /** Of the program `evaluate`, [1] each. */
  readonly evaluation: { readonly loss: Tensor; readonly correct: Tensor };
}

export function buildTextPlan(config: TextSearchConfig, words: number): TextPlan {
  const { batch, length, units, weights, alphas } = config;
  const builder = new PlanBuilder();
  const size = { batch, steps: length, units };
  const dropping = Object.values(config.dropout).some((rate) => rate > 0);
  const batches = {
    train: declareText(builder, 'train', size, dropping),
    valid: declareText(builder, 'valid', size, dropping),
    evaluated: declareText(builder, 'evaluated', size),
  };
  const settings = {
    sgd: { momentum: weights.momentum, weightDecay: weights.decay, clip: weights.clip },
    adam: { betas: alphas.betas, epsilon: alphas.epsilon, weightDecay: alphas.decay },
  };
  const network = { space: dartsRnn, words, units };
  const problem = new RecurrentProblem(builder, network, batches, settings, config.slowness);
  const recorded = recordSteps(builder, problem, config, (ended) => ended.carry());
  const evaluation = builder.program('evaluate', () => {
    const { loss, correct } = problem.evaluate(batches.evaluated);
    return { loss: builder.keep(loss), correct: builder.keep(correct) };
  });
  return { plan: builder.build(), problem, batches, ...recorded, evaluation };
}

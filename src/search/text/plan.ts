// A search on text before it has an executor: the text in windows, and the plan: a whole step, and the relaxed cell on a
// window of the validation text.

import { type Text, TextWindows } from '../../data/text.ts';
import { PlanBuilder } from '../../kernels/graph.ts';
import type { Tensor } from '../../kernels/tensor.ts';
import { declareText, type TextBatch } from '../../supernet/recurrent/network.ts';
import { RecurrentProblem } from '../../supernet/recurrent/problem.ts';
import { dartsRnn } from '../../supernet/spaces/darts-rnn.ts';
import { optimizerSettings } from '../config.ts';
import { type RecordedSteps, recordSteps } from '../record-steps.ts';
import type { TextSearchConfig } from './config.ts';

export interface TextPlan extends RecordedSteps {
  readonly problem: RecurrentProblem;
  /** Of the program `step`, and of `evaluate`. */
  readonly batches: Readonly<Record<'train' | 'valid' | 'evaluated', TextBatch>>;
  /** Of the program `evaluate`, [1] each. */
  readonly evaluation: { readonly loss: Tensor; readonly correct: Tensor };
}

export function buildTextPlan(config: TextSearchConfig, words: number): TextPlan {
  const { batch, length, units } = config;
  const builder = new PlanBuilder();
  const size = { batch, steps: length, units };
  const dropping = Object.values(config.dropout).some((rate) => rate > 0);
  const batches = {
    train: declareText(builder, 'train', size, dropping),
    valid: declareText(builder, 'valid', size, dropping),
    evaluated: declareText(builder, 'evaluated', size),
  };
  const settings = optimizerSettings(config);
  const network = { space: dartsRnn, words, units };
  const problem = new RecurrentProblem(builder, network, batches, settings, config.slowness);
  const recorded = recordSteps(builder, problem, config, (ended) => ended.carry());
  const evaluation = builder.program('evaluate', () => {
    const { loss, correct } = problem.evaluate(batches.evaluated);
    return { loss: builder.keep(loss), correct: builder.keep(correct) };
  });
  return { plan: builder.build(), problem, batches, ...recorded, evaluation };
}

export type SearchWindows = Readonly<Record<'train' | 'valid', TextWindows>>;

/** A search on text that is ready to start. */
export interface PreparedTextSearch {
  readonly kind: 'text';
  readonly config: TextSearchConfig;
  readonly text: Text;
  readonly windows: SearchWindows;
  readonly textPlan: TextPlan;
  /** Weights of the supernet. */
  readonly parameters: number;
  readonly stepsPerEpoch: number;
}

/** Throws a `MixopError` where a part of the text is too short for a step. */
export function prepareText(text: Text, config: TextSearchConfig): PreparedTextSearch {
  const { batch, length } = config;
  const windows = {
    train: new TextWindows(text.train, batch, length, `training ${text.kind}`),
    valid: new TextWindows(text.validation, batch, length, `validation ${text.kind}`),
  };
  const textPlan = buildTextPlan(config, text.vocabulary.length);
  const parameters = textPlan.problem.parameters.count();
  return { kind: 'text', config, text, windows, textPlan, parameters, stepsPerEpoch: windows.train.count };
}

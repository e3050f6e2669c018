// A search's plan on an executor with its text. Each epoch goes through the training text once, from hidden states of zero;
// the alphas learn from the validation text, round and round. What is left over at the end of a piece is not used.

import { nextTask } from '../../base/next-task.ts';
import { Random } from '../../base/random.ts';
import type { Rates } from '../../bilevel/search-loop.ts';
import type { Executor } from '../../kernels/executor.ts';
import { count } from '../../kernels/tensor.ts';
import { hiddenArena } from '../../supernet/recurrent/network.ts';
import { dartsRnn } from '../../supernet/spaces/darts-rnn.ts';
import { stateArenas } from '../record-steps.ts';
import type { SearchRun } from '../run.ts';
import { PlanSearchSession } from '../session.ts';
import type { TextSearchConfig } from './config.ts';
import type { PreparedTextSearch, SearchWindows, TextPlan } from './plan.ts';

/** What the learning rate of a search is given for. */
const usualLength = 35;

export class TextSearchSession extends PlanSearchSession {
  override readonly stepsPerEpoch: number;
  /** Words a step. */
  override readonly batch: number;
  private readonly textPlan: TextPlan;
  private readonly windows: SearchWindows;
  private readonly length: number;
  private readonly rates: TextSearchConfig['dropout'];
  private readonly random: Random;

  constructor(
    executor: Executor,
    { textPlan, windows, config }: Pick<PreparedTextSearch, 'textPlan' | 'windows' | 'config'>,
  ) {
    super(executor, textPlan, config, [...stateArenas, hiddenArena]);
    this.textPlan = textPlan;
    this.windows = windows;
    this.length = config.length;
    this.rates = config.dropout;
    this.random = Random.fromSeed(config.seed).split('dropout');
    this.batch = config.batch * config.length;
    this.stepsPerEpoch = windows.train.count;
  }

  override step(epoch: number, step: number, rates: Rates): Promise<void> {
    // The gradient is that of a mean over the steps in time (the published code scales by the length, too).
    return super.step(epoch, step, { ...rates, weights: (rates.weights * this.length) / usualLength });
  }

  protected override fill(epoch: number, step: number): void {
    for (const split of ['train', 'valid'] as const) {
      if (step === 0) this.forget(split);
      this.drop(split, epoch, step);
    }
    this.write('train', this.windows.train.window(step));
    this.write('valid', this.windows.valid.window(step % this.windows.valid.count));
  }

  /** On the validation text from its start, by batch statistics as in the search. */
  override async evaluate(
    stopRequested: () => boolean,
  ): Promise<{ loss: number; accuracy: number } | undefined> {
    const { valid } = this.windows;
    const { evaluation } = this.textPlan;
    this.forget('evaluated');
    let [loss, correct] = [0, 0];
    for (let index = 0; index < valid.count; index++) {
      this.write('evaluated', valid.window(index));
      await this.executor.run('evaluate');
      await nextTask();
      if (stopRequested()) return undefined;
      loss += (await this.executor.read(evaluation.loss))[0]!;
      correct += (await this.executor.read(evaluation.correct))[0]!;
    }
    return { loss: loss / valid.count, accuracy: correct / (valid.count * this.batch) };
  }

  private write(split: keyof TextPlan['batches'], window: readonly Float32Array[]): void {
    for (const [t, tensor] of this.textPlan.batches[split].words.entries())
      this.executor.write(tensor, window[t]!);
  }

  /** Draws the masks of a step, which all its passes share: a function of seed, split, epoch and step. */
  private drop(split: 'train' | 'valid', epoch: number, step: number): void {
    const { masks } = this.textPlan.batches[split];
    if (masks === undefined) return;
    const { embedding, ...rates } = this.rates;
    const random = this.random.split(split, epoch).split('step', step);
    for (const part of ['input', 'hidden', 'output'] as const) {
      const stream = random.split(part);
      const kept = (rate: number): number => (stream.uniform() < rate ? 0 : 1 / (1 - rate));
      const values = Float64Array.from(
        { length: count(masks[part].shape) },
        () => kept(rates[part]) * (part === 'input' ? kept(embedding) : 1),
      );
      this.executor.write(masks[part], values);
    }
  }

  private forget(split: keyof TextPlan['batches']): void {
    const { hidden } = this.textPlan.batches[split];
    this.executor.write(hidden, new Float32Array(count(hidden.shape)));
  }
}

/** A prepared search on text on an executor, as `runSearch` takes it. */
export function textSearch(prepared: PreparedTextSearch, executor: Executor): SearchRun<TextSearchConfig> {
  const { text, config, parameters } = prepared;
  const facts = {
    data: text.name,
    executor: executor.name,
    parameters,
    examples: text.kind,
    trainExamples: text.train.length,
    validationExamples: text.validation.length,
  };
  return { space: dartsRnn, config, session: new TextSearchSession(executor, prepared), facts };
}

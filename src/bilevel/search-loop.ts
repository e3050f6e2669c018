// The loop of a search: epochs of bilevel steps with cosine annealing, evaluation after each. It knows a session,
// not a supernet, and yields what happens; whoever consumes the events logs, saves and draws.

import { MixopError } from '../base/errors.ts';
import { cosineRate } from './schedule.ts';

/** Mean loss of a step's batch and how many of its examples were classified correctly. */
export interface BatchResult {
  readonly loss: number;
  readonly correct: number;
}

export interface StepResult {
  readonly valid: BatchResult;
  readonly train: BatchResult;
}

export interface Rates {
  readonly weights: number;
  readonly alphas: number;
}

export interface SearchSession {
  readonly stepsPerEpoch: number;
  /** Examples a step, of each split. */
  readonly batch: number;
  /** Steps whose results may be outstanding. */
  readonly lag: number;
  /** Runs one bilevel step; it may return before the step has ended. */
  step(epoch: number, step: number, rates: Rates): Promise<void>;
  /** Results of all steps since the last call, in order; waits for them. */
  results(): Promise<readonly StepResult[]>;
  /** Loss and accuracy of the relaxed supernet on the whole validation split. */
  evaluate(): Promise<{ readonly loss: number; readonly accuracy: number }>;
}

/** Sums over the steps of the current epoch. */
export interface EpochSums {
  readonly steps: number;
  readonly trainLoss: number;
  readonly trainCorrect: number;
  readonly validLoss: number;
  readonly validCorrect: number;
}

/** Where a search stands: `step` steps of epoch `epoch` are done. All that the loop itself has to remember. */
export interface Position {
  readonly epoch: number;
  readonly step: number;
  readonly sums: EpochSums;
}

export interface EpochSummary {
  readonly epoch: number;
  readonly rate: number;
  /** Means over the epoch's steps, at the weights that each step found. */
  readonly trainLoss: number;
  readonly trainAccuracy: number;
  readonly searchLoss: number;
  readonly searchAccuracy: number;
  /** After the epoch, on the whole validation split. */
  readonly validLoss: number;
  readonly validAccuracy: number;
}

export type SearchEvent =
  /** Steps up to `position` are done and finite. */
  | { readonly kind: 'steps'; readonly position: Position; readonly results: readonly StepResult[] }
  /** `position` is the start of the next epoch. */
  | { readonly kind: 'epoch'; readonly position: Position; readonly summary: EpochSummary }
  /** A good place for a checkpoint within an epoch. */
  | { readonly kind: 'checkpoint'; readonly position: Position }
  /** Stopped on request. */
  | { readonly kind: 'stopped'; readonly position: Position };

export interface LoopOptions {
  readonly epochs: number;
  readonly firstRate: number;
  readonly lastRate: number;
  readonly alphaRate: number;
  /** A checkpoint event every so many steps of the whole run; 0 for none within epochs. */
  readonly checkpointSteps: number;
  readonly stopRequested: () => boolean;
}

const noSums: EpochSums = { steps: 0, trainLoss: 0, trainCorrect: 0, validLoss: 0, validCorrect: 0 };
export const start: Position = { epoch: 0, step: 0, sums: noSums };

/** Runs a search from a position to its end, or until a stop is requested. */
export async function* searchLoop(
  session: SearchSession,
  from: Position,
  options: LoopOptions,
): AsyncGenerator<SearchEvent, void, void> {
  const { epochs, firstRate, lastRate, alphaRate, checkpointSteps, stopRequested } = options;
  const { stepsPerEpoch } = session;
  let position = from;
  while (position.epoch < epochs) {
    const { epoch } = position;
    const rate = cosineRate(epoch, epochs, firstRate, lastRate);
    for (let step = position.step; step < stepsPerEpoch; step++) {
      await session.step(epoch, step, { weights: rate, alphas: alphaRate });
      const done = step + 1;
      const stopping = stopRequested();
      const total = epoch * stepsPerEpoch + done;
      const checkpoint = checkpointSteps > 0 && total % checkpointSteps === 0 && done < stepsPerEpoch;
      if (!stopping && !checkpoint && done < stepsPerEpoch && done - position.step < session.lag) continue;
      const results = await session.results();
      position = advance(position, results);
      yield { kind: 'steps', position, results };
      if (stopping && done < stepsPerEpoch) {
        yield { kind: 'stopped', position };
        return;
      }
      if (checkpoint) yield { kind: 'checkpoint', position };
    }
    const evaluation = await session.evaluate();
    if (!Number.isFinite(evaluation.loss))
      throw notFinite(`the end of epoch ${epoch + 1}`, 'validation', evaluation.loss);
    const { sums } = position;
    const summary: EpochSummary = {
      epoch,
      rate,
      trainLoss: sums.trainLoss / sums.steps,
      trainAccuracy: sums.trainCorrect / (sums.steps * session.batch),
      searchLoss: sums.validLoss / sums.steps,
      searchAccuracy: sums.validCorrect / (sums.steps * session.batch),
      validLoss: evaluation.loss,
      validAccuracy: evaluation.accuracy,
    };
    position = { epoch: epoch + 1, step: 0, sums: noSums };
    yield { kind: 'epoch', position, summary };
    if (stopRequested() && position.epoch < epochs) {
      yield { kind: 'stopped', position };
      return;
    }
  }
}

/** The position after more steps; refuses a loss that is not finite, by the first such step. */
function advance(position: Position, results: readonly StepResult[]): Position {
  let { step, sums } = position;
  for (const { valid, train } of results) {
    for (const [split, { loss }] of Object.entries({ validation: valid, training: train })) {
      if (!Number.isFinite(loss))
        throw notFinite(`epoch ${position.epoch + 1}, step ${step + 1}`, split, loss);
    }
    step += 1;
    sums = {
      steps: sums.steps + 1,
      trainLoss: sums.trainLoss + train.loss,
      trainCorrect: sums.trainCorrect + train.correct,
      validLoss: sums.validLoss + valid.loss,
      validCorrect: sums.validCorrect + valid.correct,
    };
  }
  return { epoch: position.epoch, step, sums };
}

function notFinite(place: string, split: string, loss: number): MixopError {
  const remedy = 'lower weights.rate or alphas.rate, or look at the data';
  return new MixopError('numeric', place, `the ${split} loss is ${loss}`, remedy);
}

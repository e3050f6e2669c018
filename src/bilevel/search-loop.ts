// The loop of a search: epochs of bilevel steps with cosine annealing, evaluation after each. It knows a session,
// not a supernet, and yields what happens; whoever consumes the events logs, saves and draws.

import { cosineRate } from '../base/cosine-rate.ts';
import { epochLoop, type EpochSession, type LoopEvents, type LoopPosition } from '../base/epoch-loop.ts';
import { MixopError } from '../base/errors.ts';
import type { StepResult } from './step.ts';

export interface Rates {
  readonly weights: number;
  readonly alphas: number;
}

export interface SearchSession extends EpochSession<StepResult> {
  /** Examples a step, of each split. */
  readonly batch: number;
  /** Runs one bilevel step; it may return before the step has ended. */
  step(epoch: number, step: number, rates: Rates): Promise<void>;
  /** Loss and accuracy of the relaxed supernet on the whole validation split; undefined where a stop came first. */
  evaluate(
    stopRequested: () => boolean,
  ): Promise<{ readonly loss: number; readonly accuracy: number } | undefined>;
}

/** Sums over the steps of the current epoch. */
export interface EpochSums {
  readonly steps: number;
  readonly trainLoss: number;
  readonly trainCorrect: number;
  readonly validLoss: number;
  readonly validCorrect: number;
}

export type Position = LoopPosition<EpochSums>;

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

export interface SearchTypes {
  readonly result: StepResult;
  readonly sums: EpochSums;
  readonly summary: EpochSummary;
}

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
export function searchLoop(
  session: SearchSession,
  from: Position,
  options: LoopOptions,
): LoopEvents<SearchTypes> {
  const { epochs, firstRate, lastRate, alphaRate } = options;
  return epochLoop<SearchTypes>(session, from, {
    ...options,
    noSums,
    rateOf: (epoch) => cosineRate(epoch, epochs, firstRate, lastRate),
    runStep: (epoch, step, rate) => session.step(epoch, step, { weights: rate, alphas: alphaRate }),
    add: addResult,
    summarise: async (epoch, rate, sums) => {
      const evaluation = await session.evaluate(options.stopRequested);
      if (evaluation === undefined) return undefined;
      if (!Number.isFinite(evaluation.loss))
        throw notFinite(`the end of epoch ${epoch + 1}`, 'validation', evaluation.loss);
      return {
        epoch,
        rate,
        trainLoss: sums.trainLoss / sums.steps,
        trainAccuracy: sums.trainCorrect / (sums.steps * session.batch),
        searchLoss: sums.validLoss / sums.steps,
        searchAccuracy: sums.validCorrect / (sums.steps * session.batch),
        validLoss: evaluation.loss,
        validAccuracy: evaluation.accuracy,
      };
    },
  });
}

/** The sums with a step more; refuses a loss that is not finite. */
function addResult(sums: EpochSums, { valid, train }: StepResult, place: string): EpochSums {
  for (const [split, { loss }] of Object.entries({ validation: valid, training: train }))
    if (!Number.isFinite(loss)) throw notFinite(place, split, loss);
  return {
    steps: sums.steps + 1,
    trainLoss: sums.trainLoss + train.loss,
    trainCorrect: sums.trainCorrect + train.correct,
    validLoss: sums.validLoss + valid.loss,
    validCorrect: sums.validCorrect + valid.correct,
  };
}

function notFinite(place: string, split: string, loss: number): MixopError {
  const remedy = 'lower weights.rate or alphas.rate, or look at the data';
  return new MixopError('numeric', place, `the ${split} loss is ${loss}`, remedy);
}

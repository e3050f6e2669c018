// The loop of a training: epochs of SGD steps with cosine annealing, evaluation on held-out images after them. It
// knows a session, not a network.

import { cosineRate } from '../base/cosine-rate.ts';
import { epochLoop, type EpochSession, type LoopEvents, type LoopPosition } from '../base/epoch-loop.ts';
import { MixopError } from '../base/errors.ts';

/** Mean loss of a step's batch and how many of its images were classified correctly. */
export interface TrainStep {
  readonly loss: number;
  readonly correct: number;
}

/** What changes from epoch to epoch. */
export interface EpochSettings {
  readonly rate: number;
  /** Probability with which drop path drops an image of a path. */
  readonly dropPath: number;
}

export interface RetrainSession extends EpochSession<TrainStep> {
  /** Images a step. */
  readonly batch: number;
  /** Runs one step; it may return before the step has ended. */
  step(epoch: number, step: number, settings: EpochSettings): Promise<void>;
  /** Loss and accuracy on all held-out images. */
  evaluate(): Promise<{ readonly loss: number; readonly accuracy: number }>;
  /** Keeps the weights as they are now as the best so far. */
  keepBest(): Promise<void>;
}

/** Sums over the steps of the current epoch. */
interface TrainSums {
  readonly steps: number;
  readonly trainLoss: number;
  readonly trainCorrect: number;
}

export type RetrainPosition = LoopPosition<TrainSums>;

export interface RetrainEpoch {
  readonly epoch: number;
  readonly rate: number;
  readonly dropPath: number;
  /** Means over the epoch's steps, at the weights that each step found. */
  readonly trainLoss: number;
  readonly trainAccuracy: number;
  /** After the epoch, on the held-out images; absent where it is not evaluated. */
  readonly validLoss?: number;
  readonly validAccuracy?: number;
  /** Accuracy of the best epoch that was evaluated so far; absent before the first. */
  readonly bestAccuracy?: number;
}

export interface RetrainTypes {
  readonly result: TrainStep;
  readonly sums: TrainSums;
  readonly summary: RetrainEpoch;
}

interface RetrainLoopOptions {
  readonly epochs: number;
  readonly firstRate: number;
  readonly lastRate: number;
  /** Drop path rises from 0 by the epoch: dropPath * epoch / epochs (Liu et al. 2019, appendix A.2). */
  readonly dropPath: number;
  /** Evaluate after every so many epochs, and after the last. */
  readonly evaluateEvery: number;
  /** Accuracy of the best epoch before the position; absent before the first. */
  readonly best?: number;
  readonly checkpointSteps: number;
  readonly stopRequested: () => boolean;
}

const noSums: TrainSums = { steps: 0, trainLoss: 0, trainCorrect: 0 };
export const retrainStart: RetrainPosition = { epoch: 0, step: 0, sums: noSums };

/** Trains from a position to the last epoch, or until a stop is requested. The first of equal epochs is the best. */
export function retrainLoop(
  session: RetrainSession,
  from: RetrainPosition,
  options: RetrainLoopOptions,
): LoopEvents<RetrainTypes> {
  const { epochs, firstRate, lastRate, evaluateEvery } = options;
  const dropPathOf = (epoch: number): number => (options.dropPath * epoch) / epochs;
  let { best } = options;
  const evaluate = async (epoch: number): Promise<Partial<RetrainEpoch>> => {
    const done = epoch + 1;
    if (done % evaluateEvery !== 0 && done < epochs) return {};
    const { loss, accuracy } = await session.evaluate();
    if (!Number.isFinite(loss)) throw notFinite(`the end of epoch ${done}`, 'held-out', loss);
    if (best === undefined || accuracy > best) {
      await session.keepBest();
      best = accuracy;
    }
    return { validLoss: loss, validAccuracy: accuracy };
  };
  return epochLoop<RetrainTypes>(session, from, {
    ...options,
    noSums,
    rateOf: (epoch) => cosineRate(epoch, epochs, firstRate, lastRate),
    runStep: (epoch, step, rate) => session.step(epoch, step, { rate, dropPath: dropPathOf(epoch) }),
    add: addStep,
    summarise: async (epoch, rate, sums) => ({
      epoch,
      rate,
      dropPath: dropPathOf(epoch),
      trainLoss: sums.trainLoss / sums.steps,
      trainAccuracy: sums.trainCorrect / (sums.steps * session.batch),
      ...(await evaluate(epoch)),
      ...(best !== undefined && { bestAccuracy: best }),
    }),
  });
}

function addStep({ steps, trainLoss, trainCorrect }: TrainSums, step: TrainStep, place: string): TrainSums {
  if (!Number.isFinite(step.loss)) throw notFinite(place, 'training', step.loss);
  return {
    steps: steps + 1,
    trainLoss: trainLoss + step.loss,
    trainCorrect: trainCorrect + step.correct,
  };
}

function notFinite(place: string, split: string, loss: number): MixopError {
  const remedy = 'lower weights.rate, or look at the data';
  return new MixopError('numeric', place, `the ${split} loss is ${loss}`, remedy);
}

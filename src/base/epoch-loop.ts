// The loop that searches and trainings share: epochs of steps, whose results may be read later than they are computed,
// a summary after each epoch, places for checkpoints, and a stop on request. It yields what happens.

import { nextTask } from './next-task.ts';

export interface EpochSession<R> {
  readonly stepsPerEpoch: number;
  /** Steps whose results may be outstanding. */
  readonly lag: number;
  /** Results of all steps since the last call, in order; waits for them. */
  results(): Promise<readonly R[]>;
}

/** Where a run stands: `step` steps of epoch `epoch` are done. All that the loop itself has to remember. */
export interface LoopPosition<S> {
  readonly epoch: number;
  readonly step: number;
  /** Sums over the steps of the current epoch. */
  readonly sums: S;
}

/** R: result of a step; S: sums over an epoch; E: summary of an epoch. */
export type LoopEvent<R, S, E> =
  /** Steps up to `position` are done and finite. */
  | { readonly kind: 'steps'; readonly position: LoopPosition<S>; readonly results: readonly R[] }
  /** `position` is the start of the next epoch. */
  | { readonly kind: 'epoch'; readonly position: LoopPosition<S>; readonly summary: E }
  /** A good place for a checkpoint within an epoch. */
  | { readonly kind: 'checkpoint'; readonly position: LoopPosition<S> }
  /** Stopped on request. */
  | { readonly kind: 'stopped'; readonly position: LoopPosition<S> };

interface EpochLoopOptions<R, S, E> {
  readonly epochs: number;
  /** A checkpoint event every so many steps of the whole run; 0 for none within epochs. */
  readonly checkpointSteps: number;
  readonly stopRequested: () => boolean;
  readonly noSums: S;
  /** Learning rate of an epoch. */
  readonly rateOf: (epoch: number) => number;
  /** Runs one step; it may return before the step has ended. */
  readonly runStep: (epoch: number, step: number, rate: number) => Promise<void>;
  /** Adds a step's result to the sums; throws where it is not finite, at `place`. */
  readonly add: (sums: S, result: R, place: string) => S;
  /** Evaluates after an epoch; undefined where a stop came first: the evaluation is made again then. */
  readonly summarise: (epoch: number, rate: number, sums: S) => Promise<E | undefined>;
}

/** Runs from a position to the last epoch, or until a stop is requested. */
export async function* epochLoop<R, S, E>(
  session: EpochSession<R>,
  from: LoopPosition<S>,
  options: EpochLoopOptions<R, S, E>,
): AsyncGenerator<LoopEvent<R, S, E>, void, void> {
  const { epochs, checkpointSteps, stopRequested, noSums } = options;
  const { stepsPerEpoch } = session;
  let position = from;
  // An executor may compute in this thread: signals and timers get their turn here, and after every step.
  await nextTask();
  while (position.epoch < epochs) {
    if (stopRequested()) {
      yield { kind: 'stopped', position };
      return;
    }
    const { epoch } = position;
    const rate = options.rateOf(epoch);
    for (let step = position.step; step < stepsPerEpoch; step++) {
      await options.runStep(epoch, step, rate);
      await nextTask();
      const done = step + 1;
      const stopping = stopRequested();
      const total = epoch * stepsPerEpoch + done;
      const checkpoint = checkpointSteps > 0 && total % checkpointSteps === 0 && done < stepsPerEpoch;
      if (!stopping && !checkpoint && done < stepsPerEpoch && done - position.step < session.lag) continue;
      const results = await session.results();
      let { step: at, sums } = position;
      for (const result of results) {
        at += 1;
        sums = options.add(sums, result, `epoch ${epoch + 1}, step ${at}`);
      }
      position = { epoch, step: at, sums };
      yield { kind: 'steps', position, results };
      if (stopping && done < stepsPerEpoch) {
        yield { kind: 'stopped', position };
        return;
      }
      if (checkpoint) yield { kind: 'checkpoint', position };
    }
    const summary = await options.summarise(epoch, rate, position.sums);
    if (summary === undefined) {
      yield { kind: 'stopped', position };
      return;
    }
    position = { epoch: epoch + 1, step: 0, sums: noSums };
    yield { kind: 'epoch', position, summary };
  }
}

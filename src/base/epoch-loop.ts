// The loop over epochs that searches and trainings share: steps, whose results may be read later than they are computed,
// a summary after each epoch, places for checkpoints, and a stop on request. It yields what happens.

import { nextTask } from './next-task.ts';

/** The types of one loop: a step's result, the sums over an epoch, the summary of an epoch. */
export interface LoopTypes {
  readonly result: unknown;
  readonly sums: unknown;
  readonly summary: unknown;
}

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

export type LoopEvent<T extends LoopTypes> = { readonly position: LoopPosition<T['sums']> } & (
  | /** Steps up to `position` are done and finite. */
    { readonly kind: 'steps'; readonly results: readonly T['result'][] }
  /** A piece of work after the steps of an epoch is done. */
  | { readonly kind: 'afterSteps' }
  /** `position` is the start of the next epoch. */
  | { readonly kind: 'epoch'; readonly summary: T['summary'] }
  /** A good place for a checkpoint within an epoch. */
  | { readonly kind: 'checkpoint' }
  /** Stopped on request. */
  | { readonly kind: 'stopped' }
);

export type LoopEvents<T extends LoopTypes> = AsyncGenerator<LoopEvent<T>, void, void>;

interface EpochLoopOptions<T extends LoopTypes> {
  readonly epochs: number;
  /** A checkpoint event every so many steps of the whole run; 0 for none within epochs. */
  readonly checkpointSteps: number;
  readonly stopRequested: () => boolean;
  readonly noSums: T['sums'];
  /** Learning rate of an epoch. */
  readonly rateOf: (epoch: number) => number;
  /** Runs one step; it may return before the step has ended. */
  readonly runStep: (epoch: number, step: number, rate: number) => Promise<void>;
  /** Adds a step's result to the sums; throws where it is not finite, at `place`. */
  readonly add: (sums: T['sums'], result: T['result'], place: string) => T['sums'];
  /** Work that follows the steps of an epoch, piece by piece: returns the sums after one, undefined where none is left. */
  readonly afterSteps?: (epoch: number, sums: T['sums']) => Promise<T['sums'] | undefined>;
  /** Evaluates after an epoch; undefined where a stop came first: a resumed run evaluates again. */
  readonly summarise: (epoch: number, rate: number, sums: T['sums']) => Promise<T['summary'] | undefined>;
}

/** Runs from a position to the last epoch, or until a stop is requested. */
export async function* epochLoop<T extends LoopTypes>(
  session: EpochSession<T['result']>,
  from: LoopPosition<T['sums']>,
  options: EpochLoopOptions<T>,
): LoopEvents<T> {
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
    for (;;) {
      const sums = await options.afterSteps?.(epoch, position.sums);
      if (sums === undefined) break;
      position = { ...position, sums };
      yield { kind: 'afterSteps', position };
      if (!stopRequested()) continue;
      yield { kind: 'stopped', position };
      return;
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

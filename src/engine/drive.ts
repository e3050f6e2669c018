// Follows the loop of a search or a training: remembers where it stands, saves at every good place, and says so.

import type { LoopEvent, LoopPosition } from '../base/epoch-loop.ts';
import { MixopError } from '../base/errors.ts';
import type { Values } from '../kernels/executor.ts';
import type { Completed, RunJournal } from './run-journal.ts';

export interface Driven<S> {
  readonly position: LoopPosition<S>;
  /** False where a stop was requested before the last epoch. */
  readonly finished: boolean;
}

export interface DriveOptions<R, S, E, H> {
  /** Where the loop starts. */
  readonly from: LoopPosition<S>;
  readonly stepsPerEpoch: number;
  /** Undefined: nothing is saved. */
  readonly journal: RunJournal<LoopPosition<S>, H> | undefined;
  /** What every checkpoint keeps of the epochs; `onEpoch` adds to it. */
  readonly history: readonly H[];
  /** Arrays of a checkpoint. */
  readonly state: () => Promise<Record<string, Values>>;
  readonly onSteps: (event: LoopEvent<R, S, E> & { readonly kind: 'steps' }) => void;
  readonly onEpoch: (summary: E, position: LoopPosition<S>, at: Completed) => Promise<void>;
  readonly onSaved: (file: string) => void;
}

/** Runs a loop to its end or its stop. An error about numbers also names the last good checkpoint. */
export async function drive<R, S, E, H>(
  loop: AsyncGenerator<LoopEvent<R, S, E>, void, void>,
  options: DriveOptions<R, S, E, H>,
): Promise<Driven<S>> {
  const { from, stepsPerEpoch, journal } = options;
  let position = from;
  let finished = true;
  const placeOf = (): Completed => placeIn(position, stepsPerEpoch);
  let saved: LoopPosition<S> | undefined = journal?.resumed?.position;
  try {
    for await (const event of loop) {
      position = event.position;
      if (event.kind === 'steps') options.onSteps(event);
      if (event.kind === 'epoch') await options.onEpoch(event.summary, position, placeOf());
      if (event.kind === 'stopped') finished = false;
      if (event.kind === 'steps' || journal === undefined || saved === position) continue;
      const arrays = await options.state();
      options.onSaved(await journal.save(placeOf().step, position, options.history, arrays));
      saved = position;
    }
  } catch (error) {
    throw withCheckpoint(error, journal);
  }
  return { position, finished };
}

/** Epochs and steps of the whole run that are complete at a position. */
export function placeIn({ epoch, step }: LoopPosition<unknown>, stepsPerEpoch: number): Completed {
  return { epoch, step: epoch * stepsPerEpoch + step };
}

function withCheckpoint(
  error: unknown,
  journal: { readonly checkpoint: string | undefined } | undefined,
): unknown {
  if (
    !(error instanceof MixopError) ||
    (error.kind !== 'numeric' && error.kind !== 'device') ||
    journal === undefined
  )
    return error;
  const last = journal.checkpoint ?? 'none was written yet';
  const remedy = `${error.remedy}; last good checkpoint: ${last}`;
  return new MixopError(error.kind, error.place, error.problem, remedy);
}

// Follows a loop over epochs as a run: begins or resumes its session, remembers every epoch, saves at every good place,
// and reports. Knows no file: what is saved goes through a journal, if there is one.

import type { LoopEvent, LoopEvents, LoopPosition, LoopTypes } from '../base/epoch-loop.ts';
import { MixopError } from '../base/errors.ts';
import type { JsonObject } from '../runs/json.ts';
import type { Alphas } from '../supernet/alphas.ts';
import type { Completed, RunJournal, SavedState } from './run-journal.ts';

export interface RunTypes extends LoopTypes {
  /** What is remembered of an epoch; every checkpoint keeps it. */
  readonly record: unknown;
}

/** A session whose state can be saved and restored. */
export interface RunSession {
  readonly stepsPerEpoch: number;
  /** Writes the state of a run that starts. */
  initialise(): void | Promise<void>;
  /** Writes a saved state; `place` is the file that it came from. */
  restore(state: SavedState, place: string): void;
  /** Everything that a step leaves behind. */
  state(): Promise<SavedState>;
}

/** What the start of every run tells. P: the loop's position. */
export interface RunStart<P> {
  readonly kind: 'start';
  readonly data: string;
  readonly executor: string;
  readonly parameters: number;
  /** Examples a step, of each split. */
  readonly batch: number;
  readonly epochs: number;
  readonly stepsPerEpoch: number;
  /** The run folder; absent where nothing is saved. */
  readonly out?: string;
  /** The checkpoint that it is resumed from. */
  readonly resumedFrom?: string;
  readonly position: P;
}

/** What every run reports; each kind of run adds its start and its epochs. */
export type RunEvent<T extends RunTypes> =
  /** Something that a person should know and that does not stop the run. */
  | { readonly kind: 'warning'; readonly message: string }
  | (LoopEvent<T> & { readonly kind: 'steps' })
  | { readonly kind: 'saved'; readonly file: string };

export interface EpochEntry<R> {
  readonly record: R;
  /** The epoch's line in metrics.jsonl. */
  readonly line: JsonObject;
  readonly alphas?: Alphas;
  /** Called once the epoch is written. */
  readonly report: () => void;
}

export interface FollowedRun<T extends RunTypes> {
  readonly session: RunSession;
  readonly start: LoopPosition<T['sums']>;
  readonly report: (event: RunEvent<T>) => void;
  /** Reports the start; `resumedFrom`: the checkpoint. */
  readonly reportStart: (from: LoopPosition<T['sums']>, resumedFrom: string | undefined) => void;
  /** Called after each piece of work that follows the steps of an epoch. */
  readonly onAfterSteps?: (position: LoopPosition<T['sums']>) => void;
  readonly loop: (from: LoopPosition<T['sums']>, history: readonly T['record'][]) => LoopEvents<T>;
  readonly entryOf: (
    summary: T['summary'],
    position: LoopPosition<T['sums']>,
  ) => EpochEntry<T['record']> | Promise<EpochEntry<T['record']>>;
}

export interface RunEnd<T extends RunTypes> {
  /** False where a stop was requested before the last epoch. */
  readonly finished: boolean;
  readonly history: readonly T['record'][];
  readonly completed: Completed;
}

/** Runs to the end or to a stop. An error about numbers or the device also names the last good checkpoint. */
export async function followRun<T extends RunTypes>(
  { session, start, report, reportStart, onAfterSteps, loop, entryOf }: FollowedRun<T>,
  journal?: RunJournal<LoopPosition<T['sums']>, T['record']>,
): Promise<RunEnd<T>> {
  const resumed = journal?.resumed;
  if (resumed) session.restore(resumed, resumed.file);
  else await session.initialise();
  for (const message of journal?.warnings ?? []) report({ kind: 'warning', message });
  const history: T['record'][] = [...(resumed?.history ?? [])];
  let position = resumed?.position ?? start;
  let saved = resumed?.position;
  let finished = true;
  const completed = (): Completed => completedAt(position, session.stepsPerEpoch);
  reportStart(position, resumed?.file);
  try {
    for await (const event of loop(position, history)) {
      ({ position } = event);
      if (event.kind === 'steps') report(event);
      if (event.kind === 'afterSteps') onAfterSteps?.(position);
      if (event.kind === 'steps' || event.kind === 'afterSteps') continue;
      if (event.kind === 'epoch') {
        const entry = await entryOf(event.summary, position);
        history.push(entry.record);
        await journal?.epoch(completed(), entry.line, entry.alphas);
        entry.report();
      }
      if (event.kind === 'stopped') finished = false;
      if (journal === undefined || saved === position) continue;
      const file = await journal.save(completed().step, position, history, await session.state());
      report({ kind: 'saved', file });
      saved = position;
    }
  } catch (error) {
    throw withCheckpoint(error, journal);
  }
  return { finished, history, completed: completed() };
}

function completedAt({ epoch, step }: LoopPosition<unknown>, stepsPerEpoch: number): Completed {
  return { epoch, step: epoch * stepsPerEpoch + step };
}

function withCheckpoint(
  error: unknown,
  journal: Pick<RunJournal<unknown, unknown>, 'checkpoint'> | undefined,
) {
  if (!(error instanceof MixopError) || !['numeric', 'device'].includes(error.kind) || !journal) return error;
  const last = journal.checkpoint ?? 'none was written yet';
  const remedy = `${error.remedy}; last good checkpoint: ${last}`;
  return new MixopError(error.kind, error.place, error.problem, remedy);
}

// What a run needs of its journal: its state when it was opened, and where to write what happens. Knows no file.

import type { Values } from '../kernels/executor.ts';
import type { JsonObject } from '../runs/json.ts';
import type { Alphas } from '../supernet/alphas.ts';

/** What a step leaves behind: arrays by name, in the executor's own precision, and what is not an array. */
export interface SavedState {
  readonly arrays: Readonly<Record<string, Values>>;
  readonly memory?: JsonObject;
}

/** P: the loop's position; R: what is remembered of each epoch. */
export interface Resumed<P, R> extends SavedState {
  readonly position: P;
  readonly history: readonly R[];
  readonly file: string;
}

/** Epochs and steps of the whole run that are complete. */
export interface Completed {
  readonly epoch: number;
  readonly step: number;
}

export interface RunJournal<P, R> {
  readonly path: string;
  /** The checkpoint that the run resumes from; undefined: its beginning. */
  readonly resumed: Resumed<P, R> | undefined;
  /** What was refused or repaired when the run was opened. */
  readonly warnings: readonly string[];
  /** The newest checkpoint's name. */
  readonly checkpoint: string | undefined;
  /** What was measured in an epoch; alphas where there are any. */
  epoch(at: Completed, line: JsonObject, alphas?: Alphas): Promise<void>;
  /** Writes a checkpoint; returns its name. */
  save(step: number, position: P, history: readonly R[], state: SavedState): Promise<string>;
}

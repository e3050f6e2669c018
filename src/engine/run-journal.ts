// What a loop that is followed needs of a journal: where it stands, and places for what happens. Knows no file.

import type { Values } from '../kernels/executor.ts';
import type { JsonObject } from '../runs/json.ts';
import type { Alphas } from '../supernet/alphas.ts';

/** P: where the loop stands; R: what is remembered of each epoch. */
export interface Resumed<P, R> {
  readonly position: P;
  readonly history: readonly R[];
  readonly arrays: Readonly<Record<string, Values>>;
  readonly file: string;
}

/** Epochs and steps of the whole run that are complete. */
export interface Completed {
  readonly epoch: number;
  readonly step: number;
}

export interface RunJournal<P, R> {
  readonly path: string;
  /** What the run stands at; undefined: its beginning. */
  readonly resumed: Resumed<P, R> | undefined;
  /** What was refused or repaired when the run was opened. */
  readonly warnings: readonly string[];
  /** The newest checkpoint's name. */
  readonly checkpoint: string | undefined;
  /** What was measured in an epoch; alphas where there are any. */
  epoch(at: Completed, line: JsonObject, alphas?: Alphas): Promise<void>;
  /** Writes a checkpoint and gives its name. */
  save(
    step: number,
    position: P,
    history: readonly R[],
    arrays: Readonly<Record<string, Values>>,
  ): Promise<string>;
}

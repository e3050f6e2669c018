// What a search without gradient takes, reports while it runs and returns. `run.ts` runs it.

import type { ExecutorOptions } from '../engine/executors.ts';
import type { PlaceOf } from '../engine/config-error.ts';
import type { StoppingSummary } from '../predictors/curves/stopping.ts';
import type { BaselineConfig, BaselineConfigInput } from './config.ts';
import type { LedgerLine } from './ledger.ts';
import type { Front } from './results/front.ts';
import type { Summary } from './results/summary.ts';

export interface BaselineOptions {
  readonly config: BaselineConfigInput;
  /** The run folder; without one nothing is saved. */
  readonly out?: string;
  /** Continue the run in `out`, or start it where the folder holds none. */
  readonly resume?: boolean;
  readonly placeOf?: PlaceOf;
  readonly onProgress?: (progress: BaselineProgress) => void;
  /** Aborting saves and returns. */
  readonly signal?: AbortSignal;
  /** Processes that evaluate at the same time; 1 (the default): this one. No result depends on it. */
  readonly workers?: number;
  /** What computes networks; a table needs none. */
  readonly executor?: ExecutorOptions;
  /** Milliseconds between two checkpoints; 2,000 if absent. */
  readonly pause?: number;
}

export type BaselineProgress =
  | { readonly kind: 'warning'; readonly message: string }
  /** A worker process has started. */
  | { readonly kind: 'worker'; readonly pid: number }
  | {
      readonly kind: 'start';
      readonly strategy: string;
      readonly space: string;
      readonly seeds: number;
      readonly done: number;
    }
  /** `done`: evaluations of the whole run; `seed`: searches that are complete. */
  | { readonly kind: 'evaluated'; readonly done: number; readonly seed: number; readonly best: LedgerLine };

export interface BaselineResult {
  readonly finished: boolean;
  readonly config: BaselineConfig;
  readonly lines: readonly LedgerLine[];
  /** Undefined where nothing was evaluated. */
  readonly summary: Summary | undefined;
  /** Only where trainings may be stopped early: what that saved, in full evaluations. */
  readonly stopping?: StoppingSummary;
  /** The best architecture of all searches, in the space's text form. */
  readonly text: string | undefined;
  /** What a score is: the column of a table. */
  readonly scoreName: string;
  /** The best possible score, where it is known. */
  readonly optimum?: number;
  /** Only where an objective was given. */
  readonly front?: Front;
  readonly out?: string;
}

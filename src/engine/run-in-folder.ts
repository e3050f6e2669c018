// Runs something on an executor of its own and in a run folder: both are opened before it, and closed after it.

import type { Executor } from '../kernels/executor.ts';
import type { Plan } from '../kernels/plan.ts';
import type { JsonObject } from '../runs/json.ts';
import { allocate, type ExecutorOptions } from './executors.ts';
import { Journal } from './journal.ts';
import { machineOf } from './machine-of.ts';

export interface FolderOptions extends ExecutorOptions {
  /** The run folder; without one nothing is saved. */
  readonly out?: string;
  /** Continue the run in `out`; one that never began is begun. */
  readonly resume?: boolean;
}

export interface FolderRun {
  /** For an error about memory: search, retrain. */
  readonly what: string;
  readonly plan: Plan;
  /** What config.json holds. */
  readonly stored: object;
  /** Checkpoints that are kept. */
  readonly keep: number;
}

/** P: the loop's position; R: what is remembered of each epoch. */
export async function runInFolder<P extends { readonly epoch: number }, R, Result>(
  { what, plan, stored, keep }: FolderRun,
  options: FolderOptions,
  body: (executor: Executor, journal: Journal<P, R> | undefined) => Promise<Result>,
): Promise<Result> {
  const { out, resume = false } = options;
  const executor = await allocate(what, plan, options);
  let journal: Journal<P, R> | undefined;
  try {
    if (out !== undefined)
      journal = await Journal.open(out, stored as JsonObject, machineOf(executor), { resume, keep });
    return await body(executor, journal);
  } finally {
    await executor.close();
    await journal?.close();
  }
}

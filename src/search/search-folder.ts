// A prepared search on an executor of its own and in a run folder, whatever its data: allocated, followed, its cells
// written. Says what happens by events and touches no terminal.

import type { Position } from '../bilevel/search-loop.ts';
import type { Executor } from '../kernels/executor.ts';
import type { Plan } from '../kernels/plan.ts';
import type { JsonObject } from '../runs/json.ts';
import type { Space } from '../supernet/space.ts';
import { writeCells } from '../engine/cell-artefacts.ts';
import type { EpochRecord } from './events.ts';
import { allocate, type ExecutorOptions } from '../engine/executors.ts';
import type { Following, SearchOutcome } from './follow-search.ts';
import { Journal } from '../engine/journal.ts';
import { machineOf } from '../engine/machine-of.ts';
import type { Completed, RunJournal } from '../engine/run-journal.ts';

export interface FolderOptions extends ExecutorOptions, Following {
  /** The run folder; without one nothing is saved. */
  readonly out?: string;
  /** Go on with the run in `out`; one that never began is begun. */
  readonly resume?: boolean;
}

export interface FolderResult<C> extends SearchOutcome<C> {
  readonly out?: string;
  /** Files of the derived cells. */
  readonly artefacts: readonly string[];
  /** The newest checkpoint. */
  readonly checkpoint?: string;
}

export interface FolderSearch<C> {
  readonly space: Space;
  readonly plan: Plan;
  /** What config.json holds. */
  readonly stored: object;
  /** Checkpoints that are kept. */
  readonly keep: number;
  readonly run: (
    executor: Executor,
    journal: RunJournal<Position, EpochRecord> | undefined,
  ) => Promise<{ readonly outcome: SearchOutcome<C>; readonly place: Completed }>;
}

export async function searchInFolder<C>(
  { space, plan, stored, keep, run }: FolderSearch<C>,
  options: FolderOptions,
): Promise<FolderResult<C>> {
  const { out, resume = false } = options;
  const executor = await allocate('search', plan, options);
  let journal: Journal<Position, EpochRecord> | undefined;
  try {
    if (out !== undefined)
      journal = await Journal.open(out, stored as JsonObject, machineOf(executor), { resume, keep });
    const { outcome, place } = await run(executor, journal);
    const { finished, genotype } = outcome;
    const artefacts = finished && journal ? await writeCells(journal, genotype, space) : [];
    if (finished) await journal?.finish(place);
    return {
      ...outcome,
      ...(out !== undefined && { out }),
      artefacts,
      ...(journal?.checkpoint !== undefined && { checkpoint: journal.checkpoint }),
    };
  } finally {
    await executor.close();
    await journal?.close();
  }
}

// Runs a prepared search of images on an executor.

import type { Position } from '../bilevel/search-loop.ts';
import type { Executor } from '../kernels/executor.ts';
import { expandSkeleton, type NetworkSize } from '../supernet/skeleton.ts';
import type { ImageSpace } from '../supernet/space.ts';
import type { EpochRecord } from './events.ts';
import { type Following, followSearch, type SearchOutcome } from './follow-search.ts';
import type { PreparedSearch } from './prepare.ts';
import type { Completed, RunJournal } from '../engine/run-journal.ts';
import { ImageSearchSession } from './session.ts';

/** From the journal's checkpoint, or from the start. Also gives what is complete at the end. */
export async function runSearch(
  { space, config, data, searchPlan, parameters }: PreparedSearch,
  executor: Executor,
  following: Following,
  journal?: RunJournal<Position, EpochRecord>,
): Promise<{ readonly outcome: SearchOutcome; readonly place: Completed }> {
  const session = new ImageSearchSession(executor, searchPlan, data, config);
  const facts = {
    data: data.dataset.name,
    executor: executor.name,
    parameters,
    examples: 'images',
    trainExamples: data.train.length,
    validationExamples: data.validation.length,
  } as const;
  const warnings = kindsWithoutCell(space, config).map(
    (kind) =>
      `a network of ${config.cells} has no ${kind} cell: its alphas stay as they begin, and so does what is derived`,
  );
  return followSearch({ space, config, session, facts, warnings }, following, journal);
}

/** Kinds of cell that the network has none of: DARTS's normal cell where both cells are reductions. */
function kindsWithoutCell({ cells, skeleton }: ImageSpace, size: NetworkSize): readonly string[] {
  const { blocks } = expandSkeleton(skeleton, size);
  const there = new Set(blocks.map((block) => block.kind === 'cell' && block.cell));
  return Object.keys(cells).filter((kind) => !there.has(kind));
}

/** By cell kind. */

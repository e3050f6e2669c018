// Runs a prepared search on an executor: the loop, what it tells and what it leaves. Saves through a journal, if there
// is one, and knows no file.

import { type Position, searchLoop, start } from '../bilevel/search-loop.ts';
import type { Executor } from '../kernels/executor.ts';
import type { JsonObject } from '../runs/json.ts';
import { type Alphas, entropy } from '../supernet/alphas.ts';
import { derive } from '../supernet/derive.ts';
import { countSkips, type Genotype, skipCollapses } from '../supernet/genotype.ts';
import { genotypeText } from '../supernet/genotype-text.ts';
import { expandSkeleton, type NetworkSize } from '../supernet/skeleton.ts';
import type { Space } from '../supernet/space.ts';
import type { ResolvedConfig } from './config.ts';
import { drive, placeIn } from './drive.ts';
import type { EpochRecord, SearchProgress } from './events.ts';
import type { PreparedSearch } from './prepare.ts';
import type { Place, RunJournal } from './run-journal.ts';
import { PlanSession } from './session.ts';

export interface Following {
  readonly onProgress?: (progress: SearchProgress) => void;
  /** Aborting finishes the step, saves and returns. */
  readonly signal?: AbortSignal;
}

export interface SearchOutcome {
  /** False where a stop was requested before the last epoch. */
  readonly finished: boolean;
  readonly genotype: Genotype;
  /** The published text form, or the benchmark's string. */
  readonly text: string;
  readonly alphas: Alphas;
  readonly history: readonly EpochRecord[];
  readonly config: ResolvedConfig;
}

/** From the journal's checkpoint, or from the start. Also gives what is complete at the end. */
export async function runSearch(
  { space, config, data, searchPlan, parameters }: PreparedSearch,
  executor: Executor,
  { onProgress: report = () => {}, signal }: Following,
  journal?: RunJournal<Position, EpochRecord>,
): Promise<{ readonly outcome: SearchOutcome; readonly place: Place }> {
  const session = new PlanSession(executor, searchPlan, data, config);
  const resumed = journal?.resumed;
  if (resumed) session.restore(resumed.arrays, resumed.file);
  else session.initialise();
  for (const message of journal?.warnings ?? []) report({ kind: 'warning', message });
  for (const kind of kindsWithoutCell(space, config)) {
    const message = `a network of ${config.cells} has no ${kind} cell: its alphas stay as they begin, and so does what is derived`;
    report({ kind: 'warning', message });
  }
  report({
    kind: 'start',
    space: space.name,
    data: data.dataset.name,
    executor: executor.name,
    parameters,
    trainImages: data.train.length,
    validationImages: data.validation.length,
    batch: config.batch,
    epochs: config.epochs,
    stepsPerEpoch: session.stepsPerEpoch,
    ...(journal && { out: journal.path }),
    ...(resumed && { resumedFrom: resumed.file }),
    position: resumed?.position ?? start,
  });

  const history: EpochRecord[] = [...(resumed?.history ?? [])];
  const from = resumed?.position ?? start;
  const loop = searchLoop(session, from, {
    epochs: config.epochs,
    firstRate: config.weights.rate,
    lastRate: config.weights.lastRate,
    alphaRate: config.alphas.rate,
    checkpointSteps: config.checkpoints.everySteps,
    stopRequested: () => signal?.aborted === true,
  });
  const { stepsPerEpoch } = session;
  const { position, finished } = await drive(loop, {
    from,
    stepsPerEpoch,
    journal,
    history,
    state: () => session.state(),
    onSteps: report,
    onSaved: (file) => report({ kind: 'saved', file }),
    async onEpoch(summary, position, at) {
      const alphas = await session.alphas();
      const genotype = derive(space, alphas);
      const record = { ...summary, entropy: entropies(space, alphas), skips: countSkips(genotype) };
      history.push(record);
      const { validAccuracy: validationAccuracy, ...rest } = record;
      const line = { ...rest, validationAccuracy } as unknown as JsonObject;
      await journal?.epoch(at, line, alphas);
      report({ kind: 'epoch', position, record, genotype });
      for (const { kind, skips, edges } of skipCollapses(genotype)) {
        const message = `epoch ${position.epoch}: ${skips} of ${edges} edges of the ${kind} cell would be skips`;
        report({ kind: 'warning', message });
      }
    },
  });

  const alphas = await session.alphas();
  const genotype = derive(space, alphas);
  const text = genotypeText(genotype, space);
  const outcome = { finished, genotype, text, alphas, history, config };
  return { outcome, place: placeIn(position, stepsPerEpoch) };
}

/** Kinds of cell that the network has none of: DARTS's normal cell where both cells are reductions. */
function kindsWithoutCell({ cells, skeleton }: Space, size: NetworkSize): readonly string[] {
  const { blocks } = expandSkeleton(skeleton, size);
  const there = new Set(blocks.map((block) => block.kind === 'cell' && block.cell));
  return Object.keys(cells).filter((kind) => !there.has(kind));
}

/** By cell kind. */
function entropies({ cells }: Space, alphas: Alphas): Record<string, number> {
  return Object.fromEntries(Object.keys(cells).map((kind) => [kind, entropy(alphas[kind]!)]));
}

// Follows a search from the journal's checkpoint, or from the start: the loop, what it tells and what it leaves. Saves
// through a journal, if there is one, and knows no file and no kind of data.

import { type Position, searchLoop, type SearchSession, start } from '../bilevel/search-loop.ts';
import type { Values } from '../kernels/executor.ts';
import type { JsonObject } from '../runs/json.ts';
import { type Alphas, entropy } from '../supernet/alphas.ts';
import { derive } from '../supernet/derive.ts';
import { countSkips, type Genotype, skipCollapses } from '../supernet/genotype/genotype.ts';
import { genotypeText } from '../supernet/genotype/text.ts';
import type { Space } from '../supernet/space.ts';
import type { ResolvedConfig } from './config.ts';
import { drive, placeIn } from '../engine/drive.ts';
import type { EpochRecord, SearchProgress, SearchStart } from './events.ts';
import type { Completed, RunJournal } from '../engine/run-journal.ts';

export interface Following {
  readonly onProgress?: (progress: SearchProgress) => void;
  /** Aborting finishes the step, saves and returns. */
  readonly signal?: AbortSignal;
}

/** C: the configuration. */
export interface SearchOutcome<C = ResolvedConfig> {
  /** False where a stop was requested before the last epoch. */
  readonly finished: boolean;
  readonly genotype: Genotype;
  /** The published text form, or the benchmark's string. */
  readonly text: string;
  readonly alphas: Alphas;
  readonly history: readonly EpochRecord[];
  readonly config: C;
}

/** A search on an executor, as it is followed. */
export interface FollowedSession extends SearchSession {
  initialise(): void;
  /** Puts a saved state back; `place` is the file that it came from. */
  restore(arrays: Readonly<Record<string, Values>>, place: string): void;
  /** Everything that a step leaves behind. */
  state(): Promise<Record<string, Values>>;
  alphas(): Promise<Alphas>;
}

export interface FollowedSearch<C> {
  readonly space: Space;
  readonly config: C;
  readonly session: FollowedSession;
  readonly facts: Pick<
    SearchStart,
    'data' | 'executor' | 'parameters' | 'examples' | 'trainExamples' | 'validationExamples'
  >;
  readonly warnings?: readonly string[];
}

/** What a search of any data is configured by. */
interface LoopConfig {
  readonly epochs: number;
  readonly weights: { readonly rate: number; readonly lastRate: number };
  readonly alphas: { readonly rate: number };
  readonly checkpoints: { readonly everySteps: number };
}

export async function followSearch<C extends LoopConfig>(
  { space, config, session, facts, warnings = [] }: FollowedSearch<C>,
  { onProgress: report = () => {}, signal }: Following,
  journal?: RunJournal<Position, EpochRecord>,
): Promise<{ readonly outcome: SearchOutcome<C>; readonly place: Completed }> {
  const resumed = journal?.resumed;
  if (resumed) session.restore(resumed.arrays, resumed.file);
  else session.initialise();
  for (const message of [...(journal?.warnings ?? []), ...warnings]) report({ kind: 'warning', message });
  const from = resumed?.position ?? start;
  report({
    kind: 'start',
    space: space.name,
    ...facts,
    batch: session.batch,
    epochs: config.epochs,
    stepsPerEpoch: session.stepsPerEpoch,
    ...(journal && { out: journal.path }),
    ...(resumed && { resumedFrom: resumed.file }),
    position: from,
  });

  const history: EpochRecord[] = [...(resumed?.history ?? [])];
  const loop = searchLoop(session, from, {
    epochs: config.epochs,
    firstRate: config.weights.rate,
    lastRate: config.weights.lastRate,
    alphaRate: config.alphas.rate,
    checkpointSteps: config.checkpoints.everySteps,
    stopRequested: () => signal?.aborted === true,
  });
  const hasSkips = space.operations.some(({ name }) => name === 'skip_connect');
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
      const skips = hasSkips ? countSkips(genotype) : [];
      const record = { ...summary, entropy: entropies(space, alphas), skips };
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

/** By cell kind. */
function entropies({ cells }: Space, alphas: Alphas): Record<string, number> {
  return Object.fromEntries(Object.keys(cells).map((kind) => [kind, entropy(alphas[kind]!)]));
}

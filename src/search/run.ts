// Runs a prepared search, whatever its data: the loop over epochs, followed from the journal's checkpoint or from the
// start, and what it reports. Knows no file.

import type { LoopPosition } from '../base/epoch-loop.ts';
import {
  type EpochSums,
  type Position,
  searchLoop,
  type SearchSession,
  start,
} from '../bilevel/search-loop.ts';
import { type EpochEntry, followRun, type RunSession } from '../engine/run.ts';
import type { Completed, RunJournal } from '../engine/run-journal.ts';
import { type Alphas, entropy } from '../supernet/alphas.ts';
import { derive } from '../supernet/derive.ts';
import { countSkips, type Genotype, skipCollapses } from '../supernet/genotype/genotype.ts';
import { genotypeText } from '../supernet/genotype/text.ts';
import type { Space } from '../supernet/space.ts';
import type { ResolvedConfig } from './config.ts';
import type { EpochRecord, SearchProgress, SearchRunTypes, SearchStart } from './events.ts';

export interface RunOptions {
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

/** What a search of any data is configured by. */
interface LoopConfig {
  readonly epochs: number;
  readonly weights: { readonly rate: number; readonly lastRate: number };
  readonly alphas: { readonly rate: number };
  readonly checkpoints: { readonly everySteps: number };
}

/** A prepared search on an executor. */
export interface SearchRun<C> {
  readonly space: Space;
  readonly config: C;
  readonly session: SearchSession & RunSession & { alphas(): Promise<Alphas> };
  readonly facts: Pick<
    SearchStart,
    'data' | 'executor' | 'parameters' | 'examples' | 'trainExamples' | 'validationExamples'
  >;
  readonly warnings?: readonly string[];
}

/** From the journal's checkpoint, or from the start; also returns what is complete at the end. */
export async function runSearch<C extends LoopConfig>(
  { space, config, session, facts, warnings = [] }: SearchRun<C>,
  { onProgress: report = () => {}, signal }: RunOptions,
  journal?: RunJournal<Position, EpochRecord>,
): Promise<{ readonly outcome: SearchOutcome<C>; readonly completed: Completed }> {
  const hasSkips = space.operations.some(({ name }) => name === 'skip_connect');
  const { finished, history, completed } = await followRun<SearchRunTypes>(
    {
      session,
      start,
      report,
      reportStart(position, resumedFrom) {
        for (const message of warnings) report({ kind: 'warning', message });
        report({
          kind: 'start',
          space: space.name,
          ...facts,
          batch: session.batch,
          epochs: config.epochs,
          stepsPerEpoch: session.stepsPerEpoch,
          ...(journal && { out: journal.path }),
          ...(resumedFrom !== undefined && { resumedFrom }),
          position,
        });
      },
      loop: (from) =>
        searchLoop(session, from, {
          epochs: config.epochs,
          firstRate: config.weights.rate,
          lastRate: config.weights.lastRate,
          alphaRate: config.alphas.rate,
          checkpointSteps: config.checkpoints.everySteps,
          stopRequested: () => signal?.aborted === true,
        }),
      async entryOf(summary, position) {
        const alphas = await session.alphas();
        const genotype = derive(space, alphas);
        const skips = hasSkips ? countSkips(genotype) : [];
        const record = { ...summary, entropy: entropies(space, alphas), skips };
        return entryOf({ record, alphas, genotype, position }, report);
      },
    },
    journal,
  );
  const alphas = await session.alphas();
  const genotype = derive(space, alphas);
  const text = genotypeText(genotype, space);
  return { outcome: { finished, genotype, text, alphas, history, config }, completed };
}

interface SearchedEpoch {
  readonly record: EpochRecord;
  readonly alphas: Alphas;
  readonly genotype: Genotype;
  readonly position: LoopPosition<EpochSums>;
}

function entryOf(
  { record, alphas, genotype, position }: SearchedEpoch,
  report: (progress: SearchProgress) => void,
): EpochEntry<EpochRecord> {
  const { validAccuracy: validationAccuracy, skips, ...rest } = record;
  return {
    record,
    line: { ...rest, skips: skips.map((skip) => ({ ...skip })), validationAccuracy },
    alphas,
    report() {
      report({ kind: 'epoch', position, record, genotype });
      for (const { kind, skips, edges } of skipCollapses(genotype)) {
        const message = `epoch ${position.epoch}: ${skips} of ${edges} edges of the ${kind} cell would be skips`;
        report({ kind: 'warning', message });
      }
    },
  };
}

/** By cell kind. */
function entropies({ cells }: Space, alphas: Alphas): Record<string, number> {
  return Object.fromEntries(Object.keys(cells).map((kind) => [kind, entropy(alphas[kind]!)]));
}

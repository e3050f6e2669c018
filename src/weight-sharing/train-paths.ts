// Trains a supernet's shared weights by sampled paths instead of relaxed: configuration, data, executor, loop and run
// folder put together. Reports what happens by events and touches no terminal.

import { fingerprint } from '../data/fingerprint.ts';
import { decisionSpaceOf } from '../engine/decision-space.ts';
import type { ExecutorOptions } from '../engine/executors.ts';
import { followRun, type RunEvent } from '../engine/run.ts';
import { runInFolder } from '../engine/run-in-folder.ts';
import { folderContent } from '../runs/folder-content.ts';
import { RunFolder } from '../runs/run-folder.ts';
import { requireKind } from '../runs/run-kind.ts';
import type { SearchConfigInput } from '../search/config.ts';
import { prepareImageSearch } from '../search/search.ts';
import {
  cellsOf,
  pathLoop,
  type PathPosition,
  pathRandom,
  PathSession,
  pathStart,
  type PathTypes,
} from './path-loop.ts';
import { type Sampling, samplingDefaults, type SamplingSettings } from './sampling.ts';
import { SharedWeights, sharedPlan } from './shared-weights.ts';

export interface TrainPathsOptions {
  /** As of a search; alphas are not trained. */
  readonly config?: SearchConfigInput;
  readonly sampling?: Sampling;
  readonly settings?: Partial<SamplingSettings>;
  readonly out: string;
  readonly resume?: boolean;
  readonly executor?: ExecutorOptions;
  readonly onProgress?: (progress: PathProgress) => void;
  readonly signal?: AbortSignal;
}

export type PathProgress =
  | { readonly kind: 'warning'; readonly message: string }
  | {
      readonly kind: 'start';
      readonly space: string;
      readonly data: string;
      readonly epochs: number;
      readonly steps: number;
      readonly epoch: number;
    }
  | { readonly kind: 'step'; readonly epoch: number; readonly step: number; readonly loss: number }
  /** The controller's mean reward so far in this epoch, in percent, and of how many. */
  | { readonly kind: 'rewards'; readonly epoch: number; readonly rewards: number; readonly mean: number }
  | { readonly kind: 'epoch'; readonly epoch: number; readonly loss: number; readonly accuracy: number };

export interface PathsTrained {
  readonly finished: boolean;
  readonly epochs: number;
  readonly out: string;
  /** The best of what a trained controller chooses, as text, and its accuracy in percent on the validation images. */
  readonly chosen?: { readonly text: string; readonly accuracy: number };
}

interface RunTypes extends PathTypes {
  readonly record: PathTypes['summary'];
}

/** Architectures that a trained controller draws; the best of them is its choice. */
const draws = 10;

/** Throws a `MixopError` for whatever a user can mend. */
export async function trainPaths(options: TrainPathsOptions): Promise<PathsTrained> {
  const { out, resume = false, sampling = 'uniform', signal, onProgress: report = () => {} } = options;
  const settings = { ...samplingDefaults, ...options.settings };
  const prepared = await prepareImageSearch({ ...(options.config && { config: options.config }) });
  const { config, space, data } = prepared;
  if (resume && (await folderContent(out)) === 'run')
    requireKind(out, (await RunFolder.open(out)).config, ['supernet']);
  const search = decisionSpaceOf(space);
  const stored = {
    ...config,
    sampling,
    ...(sampling === 'path-dropout' && { dropout: settings.dropout }),
    ...(sampling === 'controller' && { rewards: settings.rewards }),
    dataFingerprint: fingerprint(data.dataset),
  };
  const plan = sharedPlan(prepared, data.validation.length);
  const folder = { what: 'supernet', plan, stored, keep: config.checkpoints.keep };
  const where = { ...options.executor, growable: true, out, resume };
  return runInFolder<PathPosition, RunTypes['record'], PathsTrained>(
    folder,
    where,
    async (executor, journal) => {
      const shared = new SharedWeights(prepared, executor, data.validation.length);
      const session = new PathSession(shared, { search, sampling, settings });
      const { finished, completed } = await followRun<RunTypes>(
        {
          session,
          start: pathStart,
          report: (event) => {
            for (const progress of progressOf(event)) report(progress);
          },
          onAfterSteps: ({ epoch, sums: { rewards, reward } }) =>
            report({ kind: 'rewards', epoch, rewards, mean: reward / rewards }),
          reportStart: ({ epoch }) =>
            report({
              kind: 'start',
              space: space.name,
              data: data.dataset.name,
              epochs: config.epochs,
              steps: session.stepsPerEpoch,
              epoch,
            }),
          loop: (from) =>
            pathLoop(session, from, {
              epochs: config.epochs,
              firstRate: config.weights.rate,
              lastRate: config.weights.lastRate,
              batch: config.batch,
              rewards: settings.rewards,
              checkpointSteps: config.checkpoints.everySteps,
              stopRequested: () => signal?.aborted === true,
            }),
          entryOf: (record, { epoch }) => {
            const { loss, accuracy, reward } = record;
            const line = {
              trainLoss: loss,
              trainAccuracy: accuracy,
              ...(reward !== undefined && { reward }),
            };
            return { record, line, report: () => report({ kind: 'epoch', epoch, loss, accuracy }) };
          },
        },
        journal,
      );
      const { epoch: epochs } = completed;
      if (!finished) return { finished, epochs, out };
      const chosen = await choiceOf(session, shared, {
        search,
        seed: config.seed,
        ...(signal && { signal }),
      });
      if (chosen !== undefined) await journal?.artefact('genotype.txt', `${chosen.text}\n`);
      await journal?.finish(completed);
      return { finished, epochs, out, ...(chosen && { chosen }) };
    },
  );
}

/** The published code of ENAS derives ten architectures and takes the best; undefined without a controller. */
async function choiceOf(
  { controller }: PathSession,
  shared: SharedWeights,
  {
    search,
    seed,
    signal,
  }: {
    readonly search: ReturnType<typeof decisionSpaceOf>;
    readonly seed: number;
    readonly signal?: AbortSignal;
  },
): Promise<PathsTrained['chosen']> {
  if (controller === undefined) return undefined;
  const choices: { readonly text: string; readonly accuracy: number }[] = [];
  for (let draw = 0; draw < draws; draw++) {
    const path = controller.sample(pathRandom(seed).split('draw', draw));
    const cells = cellsOf(shared.prepared.space, search, path);
    const { accuracy } = await shared.evaluate(cells, signal && { signal });
    choices.push({ text: search.text(path), accuracy });
  }
  return choices.reduce((best, one) => (one.accuracy > best.accuracy ? one : best));
}

/** Steps one by one; a checkpoint is not reported. */
function progressOf(event: RunEvent<RunTypes>): readonly PathProgress[] {
  if (event.kind === 'warning') return [event];
  if (event.kind === 'saved') return [];
  const { epoch, step } = event.position;
  const before = step - event.results.length;
  return event.results.map(({ loss }, i) => ({ kind: 'step', epoch, step: before + i + 1, loss }));
}

// A search from configuration to genotype: data, plan, executor, loop and run folder put together. It says what
// happens by events and touches no terminal.

import { join } from 'node:path';
import { type Position, searchLoop, start } from '../bilevel/search-loop.ts';
import { defaultAugmentation } from '../data/augment.ts';
import { fingerprint } from '../data/fingerprint.ts';
import { openData } from '../data/open.ts';
import { configFile, folderContent, refuseContent } from '../runs/folder-content.ts';
import type { JsonObject } from '../runs/json.ts';
import { type Alphas, entropy } from '../supernet/alphas.ts';
import { derive } from '../supernet/derive.ts';
import { countSkips, type Genotype, skipCollapses } from '../supernet/genotype.ts';
import { genotypeText } from '../supernet/genotype-text.ts';
import { expandSkeleton, type NetworkSize } from '../supernet/skeleton.ts';
import type { Space } from '../supernet/space.ts';
import { writeCells } from './cell-artefacts.ts';
import type { SearchConfig, SearchConfigInput } from './config.ts';
import { drive, placeIn } from './drive.ts';
import type { EpochRecord, SearchProgress } from './events.ts';
import { allocate, type ExecutorOptions, machineOf } from './executors.ts';
import { Journal } from './journal.ts';
import { overlay, resolveConfig, resumedConfig } from './resolve.ts';
import { buildSearchPlan, type SearchPlan } from './search-plan.ts';
import { PlanSession, searchBatches, searchData, type SearchData } from './session.ts';
import { spaceNamed } from './spaces.ts';

export interface SearchOptions extends ExecutorOptions {
  /** Whatever is left out has the published search's value. */
  readonly config?: SearchConfigInput;
  /** The run folder; without one nothing is saved. */
  readonly out?: string;
  /** Go on with the run in `out`; one that never began is begun. */
  readonly resume?: boolean;
  /** A space of one's own, instead of `config.space`. */
  readonly space?: Space;
  readonly onProgress?: (progress: SearchProgress) => void;
  /** Aborting finishes the step, saves and returns. */
  readonly signal?: AbortSignal;
}

export interface SearchResult {
  /** False where a stop was requested before the last epoch. */
  readonly finished: boolean;
  readonly genotype: Genotype;
  /** The published text form, or the benchmark's string. */
  readonly text: string;
  readonly alphas: Alphas;
  readonly history: readonly EpochRecord[];
  readonly config: ResolvedConfig;
  readonly out?: string;
  /** Files of the derived cells. */
  readonly artefacts: readonly string[];
  /** The newest checkpoint. */
  readonly checkpoint?: string;
}

/** With the augmentation that the data set's image size suggests. */
export type ResolvedConfig = SearchConfig & { readonly augment: NonNullable<SearchConfig['augment']> };

/** A search that is ready to start. */
export interface PreparedSearch {
  readonly space: Space;
  readonly config: ResolvedConfig;
  /** The training images and their split. */
  readonly data: SearchData;
  readonly searchPlan: SearchPlan;
  /** Weights of the supernet. */
  readonly parameters: number;
  readonly stepsPerEpoch: number;
}

/**
 * Does all that comes before an executor and a run folder, and writes nothing. What can be wrong before the first
 * step is found here, as a `MixopError`: configuration, run folder, space, data, batch.
 */
export async function prepareSearch(options: SearchOptions = {}): Promise<PreparedSearch> {
  const config = await configOf(options);
  const space = options.space ?? spaceNamed(config.space);
  const { train: dataset } = await openData(config.data);
  const resolved = { ...config, augment: config.augment ?? defaultAugmentation(dataset) };
  const data = searchData(dataset, resolved);
  const { stepsPerEpoch } = searchBatches(data, resolved).train;
  const evaluated = data.validation.length;
  const { classes } = dataset;
  const searchPlan = buildSearchPlan({ space, config: resolved, image: dataset, classes, evaluated });
  const parameters = searchPlan.problem.parameters.count();
  return { space, config: resolved, data, searchPlan, parameters, stepsPerEpoch };
}

async function configOf({ config, space: own, out, resume }: SearchOptions): Promise<SearchConfig> {
  const space = own ?? (config?.space === undefined ? undefined : spaceNamed(config.space));
  const given = { ...config, ...(space && { space: space.name }) };
  const resolve = (input: SearchConfigInput, source?: string): SearchConfig =>
    resolveConfig(overlay(space?.defaults ?? {}, input), source);
  if (out === undefined) return resolve(given);
  const content = await folderContent(out);
  if (resume === true && content === 'run')
    return resolve(await resumedConfig(out, given), join(out, configFile));
  if (resume !== true) refuseContent(out, content);
  return resolve(given);
}

/** Searches, and gives the derived cells. Throws a `MixopError` for whatever a user can mend. */
export async function search(options: SearchOptions = {}): Promise<SearchResult> {
  const { out, signal } = options;
  const report = options.onProgress ?? (() => {});
  const { space, config, data, searchPlan, parameters } = await prepareSearch(options);
  const { dataset } = data;
  const executor = await allocate('search', searchPlan.plan, options);
  let journal: Journal<Position, EpochRecord> | undefined;
  try {
    const session = new PlanSession(executor, searchPlan, data, config);
    if (out !== undefined) {
      const custom = options.space && { spaceDefinition: options.space };
      const stored = { ...config, dataFingerprint: fingerprint(dataset), ...custom } as unknown as JsonObject;
      const { keep } = config.checkpoints;
      journal = await Journal.open(out, stored, machineOf(executor), {
        resume: options.resume === true,
        keep,
      });
    }
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
      data: dataset.name,
      executor: executor.name,
      parameters,
      trainImages: data.train.length,
      validationImages: data.validation.length,
      batch: config.batch,
      epochs: config.epochs,
      stepsPerEpoch: session.stepsPerEpoch,
      ...(out !== undefined && { out }),
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
        const record = { ...summary, entropy: entropies(alphas), skips: countSkips(genotype) };
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
    const artefacts = finished && journal ? await writeCells(journal, genotype, space) : [];
    if (finished) await journal?.finish(placeIn(position, stepsPerEpoch));
    return {
      finished,
      genotype,
      text: genotypeText(genotype, space),
      alphas,
      history,
      config,
      ...(out !== undefined && { out }),
      artefacts,
      ...(journal?.checkpoint !== undefined && { checkpoint: journal.checkpoint }),
    };
  } finally {
    await executor.close();
    await journal?.close();
  }
}

/** Kinds of cell that the network has none of: DARTS's normal cell where both cells are reductions. */
function kindsWithoutCell({ cells, skeleton }: Space, size: NetworkSize): readonly string[] {
  const { blocks } = expandSkeleton(skeleton, size);
  const there = new Set(blocks.map((block) => block.kind === 'cell' && block.cell));
  return Object.keys(cells).filter((kind) => !there.has(kind));
}

function entropies(alphas: Alphas): Record<string, number> {
  return Object.fromEntries(Object.entries(alphas).map(([kind, matrix]) => [kind, entropy(matrix)]));
}

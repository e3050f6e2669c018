// Compares the cell of a search with random cells of its space and published cells, all trained with one budget and the
// same seeds.

import { join } from 'node:path';
import { MixopError } from '../base/errors.ts';
import { Random } from '../base/random.ts';
import { kendallTau } from '../predictors/agreement.ts';
import { intervalOnTest, type SeedSummary } from '../retrain/seed-summary.ts';
import { makeFolder, writeAtomic } from '../runs/files.ts';
import { folderContent, refuseContent } from '../runs/folder-content.ts';
import { canonicalJson, type Json } from '../runs/json.ts';
import type { ExecutorOptions } from '../engine/executors.ts';
import { restrictedTo } from '../weight-sharing/path-plan.ts';
import { openWeights, SharedWeights } from '../weight-sharing/shared-weights.ts';
import { genotypeText } from '../supernet/genotype/text.ts';
import { randomGenotype } from '../supernet/genotype/random.ts';
import type { ImageSpace } from '../supernet/space.ts';
import { type RetrainConfigInput, resolveRetrain } from './config.ts';
import type { RetrainProgress } from './events.ts';
import { type NamedGenotype, readGenotype } from './genotype-source.ts';
import { retrainSeeds } from './retrain-seeds.ts';

export interface CompareCellsOptions extends ExecutorOptions {
  /** The folder of a search. */
  readonly run: string;
  /**
   * Of every training; where `evaluateEvery` is absent, only the last epoch is evaluated. The seed also draws the random
   * cells.
   */
  readonly config?: RetrainConfigInput;
  readonly seeds: number;
  /** Number of random cells. */
  readonly random: number;
  /** Names of published cells. */
  readonly published: readonly string[];
  /** A folder with a run for every cell and seed, and the result in `compare.json`. */
  readonly out: string;
  readonly resume?: boolean;
  /** Called with the progress of every training. */
  readonly onProgress?: (cell: CellTurn, progress: RetrainProgress) => void;
  readonly signal?: AbortSignal;
}

export interface CellTurn {
  readonly name: string;
  readonly number: number;
  readonly of: number;
}

interface ComparedCell {
  /** `searched`, `random-N` or the published name. */
  readonly name: string;
  readonly genotype: string;
  readonly parameters: number;
  /** Accuracy on the held-out images after the last epoch. */
  readonly accuracy: SeedSummary;
  /** 95 % of the mean, with the errors of the seeds and of the test set. */
  readonly interval: readonly [low: number, high: number];
  /** In percent, with the search's shared weights on its validation images; absent for cells of other spaces. */
  readonly supernetAccuracy?: number;
}

export interface CompareCellsResult {
  /** False where a stop was requested before the end. */
  readonly finished: boolean;
  /** Best first; only those whose trainings are complete. */
  readonly cells: readonly ComparedCell[];
  readonly heldOutImages: number;
  /** Rank of the searched cell, from 1. */
  readonly rank?: number;
  /** Kendall's tau-b of supernet scores and retrained accuracies; absent for fewer than two cells, or if all are equal. */
  readonly tau?: number;
}

interface Candidate extends NamedGenotype {
  readonly supernetAccuracy?: number;
}

/** Throws a `MixopError` for bad input. */
export async function compareCells(options: CompareCellsOptions): Promise<CompareCellsResult> {
  const { out, resume, seeds, signal } = options;
  const { epochs } = resolveRetrain(options.config ?? {});
  const config = { evaluateEvery: epochs, ...options.config };
  if (config.stopEarly !== undefined) {
    const problem = 'would end trainings whose last epochs are compared';
    throw new MixopError('config', 'stopEarly', problem, 'leave it out');
  }
  const content = await folderContent(out);
  if (resume !== true) refuseContent(out, content);
  const candidates = await scored(await chooseCells(options), options);
  const cells: ComparedCell[] = [];
  let heldOutImages = 0;
  let finished = true;
  for (const [index, candidate] of candidates.entries()) {
    const { name, genotype, space, supernetAccuracy } = candidate;
    const turn = { name, number: index + 1, of: candidates.length };
    const trained = await retrainSeeds({
      genotype: candidate,
      config,
      seeds,
      out: join(out, name),
      ...(resume === true && { resume }),
      ...(options.executor && { executor: options.executor }),
      ...(options.threads !== undefined && { threads: options.threads }),
      ...(options.adapter !== undefined && { adapter: options.adapter }),
      ...(signal && { signal }),
      onProgress: (progress) => {
        if (progress.kind === 'start') heldOutImages = progress.heldOutImages;
        options.onProgress?.(turn, progress);
      },
    });
    ({ finished } = trained);
    if (!finished) break;
    cells.push({
      name,
      genotype: genotypeText(genotype, space),
      parameters: trained.runs[0]!.parameters,
      accuracy: trained.last,
      interval: intervalOnTest(trained.last, heldOutImages),
      ...(supernetAccuracy !== undefined && { supernetAccuracy }),
    });
  }
  cells.sort((a, b) => b.accuracy.mean - a.accuracy.mean);
  const rank = cells.findIndex(({ name }) => name === 'searched') + 1;
  const tau = agreement(cells);
  const result: CompareCellsResult = {
    finished,
    cells,
    heldOutImages,
    ...(rank > 0 && { rank }),
    ...(tau !== undefined && { tau }),
  };
  if (finished)
    await writeAtomic(join(out, 'compare.json'), `${canonicalJson(result as unknown as Json, 2)}\n`);
  return result;
}

/** The searched cell, published ones, and different random ones of its space. */
async function chooseCells(options: CompareCellsOptions): Promise<readonly NamedGenotype[]> {
  const { run, random: count, published, config } = options;
  const searched = await readGenotype(run);
  const { space } = searched;
  const named = await Promise.all(published.map((name) => readGenotype(name)));
  const stream = Random.fromSeed(config?.seed ?? 0).split('random cells');
  const keys = new Set<string>();
  const random: NamedGenotype[] = [];
  for (let attempt = 0; random.length < count; attempt++) {
    if (attempt > 1000 * count) {
      const problem = `${space.name} has fewer than ${count} different cells`;
      throw new MixopError('config', 'random', problem, 'ask for fewer random cells');
    }
    const genotype = randomGenotype(space, stream.split('cell', attempt));
    const key = genotypeText(genotype, space);
    if (keys.has(key)) continue;
    keys.add(key);
    random.push({ genotype, space, name: `random-${random.length + 1}` });
  }
  return [{ ...searched, name: 'searched' }, ...named, ...random];
}

/** Adds the accuracy of each cell of the search's space with the search's own weights. */
async function scored(
  cells: readonly NamedGenotype[],
  { run, out, executor, threads, adapter }: CompareCellsOptions,
): Promise<readonly Candidate[]> {
  await makeFolder(out);
  const { prepared, weights, place } = await openWeights(run);
  const shared = await SharedWeights.create(prepared, {
    ...(executor !== undefined && { executor }),
    ...(threads !== undefined && { threads }),
    ...(adapter !== undefined && { adapter }),
  });
  try {
    shared.writeWeights(weights, place);
    const candidates: Candidate[] = [];
    for (const cell of cells) {
      const known = isOf(cell.space, prepared.space);
      const score = known ? await shared.evaluate(restrictedTo(cell.genotype)) : undefined;
      candidates.push({ ...cell, ...(score && { supernetAccuracy: score.accuracy }) });
    }
    return candidates;
  } finally {
    await shared.close();
  }
}

function isOf(space: ImageSpace, other: ImageSpace): boolean {
  return space.name === other.name;
}

function agreement(cells: readonly ComparedCell[]): number | undefined {
  const both = cells.filter(({ supernetAccuracy }) => supernetAccuracy !== undefined);
  const scores = Float64Array.from(both, ({ supernetAccuracy }) => supernetAccuracy!);
  const accuracies = Float64Array.from(both, ({ accuracy }) => accuracy.mean);
  const tau = both.length < 2 ? NaN : kendallTau(scores, accuracies);
  return Number.isNaN(tau) ? undefined : tau;
}

// Zero-cost scores of architectures drawn from a benchmark's table, and how well the scores rank them.

import { Random } from '../base/random.ts';
import type { Batch } from '../data/batches.ts';
import type { Dataset } from '../data/dataset.ts';
import type { ArchitectureTable } from '../data/tables/architecture-table.ts';
import { kendallTau } from '../predictors/agreement.ts';
import type { NetworkSize } from '../supernet/skeleton.ts';
import type { ImageSpace } from '../supernet/space.ts';
import type { ExecutorOptions } from '../engine/executors.ts';
import { genotypeOf, decisionSpaceOf } from '../engine/decision-space.ts';
import { measureZeroCost, type ZeroCostMeasure, zeroCostBatch } from './measure.ts';
import type { ZeroCostScore } from './score.ts';

interface SampleOptions {
  readonly space: ImageSpace;
  readonly size: NetworkSize;
  readonly dataset: Dataset;
  /** Images of the batch. */
  readonly images: number;
  readonly architectures: number;
  readonly seed: number;
}

export interface ScoredArchitecture extends ZeroCostMeasure {
  /** Its decisions, a digit each, as in the table. */
  readonly digits: string;
}

/** The digits of the architectures that a seed draws, without replacement. */
export function drawArchitectures(table: ArchitectureTable, count: number, seed: number): readonly string[] {
  const rows = [...table.rows.keys()];
  const order = Random.fromSeed(seed).split('architectures').permutation(rows.length);
  return Array.from(order.subarray(0, count), (index) => rows[index]!);
}

/**
 * Scores the architectures that `known` lacks. Weights depend on seed and architecture, the batch on the seed, nothing on
 * the order.
 */
export async function* scoreArchitectures(
  digits: readonly string[],
  known: ReadonlySet<string>,
  scores: readonly ZeroCostScore[],
  { space, size, dataset, images, seed }: SampleOptions,
  executor: ExecutorOptions,
): AsyncGenerator<ScoredArchitecture, void, void> {
  const search = decisionSpaceOf(space);
  const random = Random.fromSeed(seed);
  const batch: Batch = zeroCostBatch(dataset, images, random.split('batch'));
  for (const name of digits) {
    if (known.has(name)) continue;
    const genotype = genotypeOf(space, search, Array.from(name, Number));
    const { classes } = dataset;
    const description = { space, size, classes, genotype, auxiliary: false };
    const weights = random.split('weights').split(name);
    yield {
      digits: name,
      ...(await measureZeroCost(scores, { description, dataset, batch }, weights, executor)),
    };
  }
}

/**
 * Kendall's tau of values and a column of the table, over the architectures that have a value in the column; -Infinity
 * ranks last.
 */
export function tauWith(
  scored: readonly ScoredArchitecture[],
  value: (one: ScoredArchitecture) => number,
  table: ArchitectureTable,
  column: Float64Array,
): { readonly tau: number; readonly compared: number } {
  const there = scored.filter(({ digits }) => !Number.isNaN(column[table.rows.get(digits)!]!));
  const measured = Float64Array.from(there, ({ digits }) => column[table.rows.get(digits)!]!);
  // Finite, since equal infinities differ by NaN.
  const values = Float64Array.from(there, (one) => Math.max(value(one), -Number.MAX_VALUE));
  return { tau: kendallTau(values, measured), compared: there.length };
}

// How well predictors rank the architectures of a benchmark's table: each one, by column and number of training
// architectures, over several random splits.

import { MixopError } from '../../base/errors.ts';
import { maxOf, minOf } from '../../base/extremes.ts';
import { deviation, mean } from '../../base/statistics.ts';
import { type ArchitectureTable, columnNamed } from '../../data/tables/architecture-table.ts';
import { openTable } from '../../data/tables/open-table.ts';
import type { Architecture } from '../../discrete-baselines/architecture.ts';
import type { CellDecisionSpace } from '../../discrete-baselines/spaces/cell-space.ts';
import { tableDefaults } from '../../discrete-baselines/table-evaluator.ts';
import type { Predictor } from '../../predictors/predictor.ts';
import { readScores } from '../../zero-cost/score-file.ts';
import { cellDecisionSpaceNamed } from '../spaces.ts';
import { measurePredictor, type PredictorScore } from './measure.ts';
import { predictorNamed, predictorNames, scorePredictorNames } from './predictors.ts';
import { type ScoreFeatures, scoreFeatures } from './score-features.ts';

interface TableMeasureOptions {
  /** A file. */
  readonly table: string;
  /** By default the column that guides a search. */
  readonly columns?: readonly string[];
  /** By default all that apply. */
  readonly predictors?: readonly string[];
  /** Numbers of training architectures. */
  readonly train: readonly number[];
  /** Architectures that the predictors rank. */
  readonly heldOut: number;
  readonly splits: number;
  /** Of the first split. */
  readonly seed: number;
  /** A file of zero-cost scores: each predictor is measured with and without them among its features. */
  readonly scores?: string;
}

/** Means over splits. */
export interface PredictorMeasure extends PredictorScore {
  readonly column: string;
  readonly predictor: string;
  readonly train: number;
  readonly tauDeviation: number;
}

/** Throws a `MixopError` for whatever does not fit the table before anything is measured. */
export async function* measureOnTable(
  options: TableMeasureOptions,
): AsyncGenerator<PredictorMeasure, void, void> {
  const { heldOut, splits, seed, train: counts } = options;
  const table = await openTable(options.table);
  const space = cellDecisionSpaceNamed(table.space, options.table);
  const scored = options.scores === undefined ? undefined : scoresIn(options.scores, table);
  const predictors = predictorsOf(options.predictors, space, scored);
  checkCounts(options, scored?.among.size ?? table.rows.size);
  const names = options.columns ?? [tableDefaults[table.space]!.guide];
  const columns = names.map((name) => [name, columnNamed(table, name)] as const);
  for (const [column, values] of columns) {
    for (const predictor of predictors) {
      for (const train of counts) {
        const scores = Array.from({ length: splits }, (_, split) =>
          measurePredictor(predictor, table, values, {
            train,
            heldOut,
            seed: seed + split,
            ...(scored !== undefined && { among: scored.among }),
          }),
        );
        yield { column, predictor: predictor.name, train, ...meanOver(scores) };
      }
    }
  }
}

interface Scored {
  readonly features: ScoreFeatures;
  readonly among: ReadonlySet<string>;
}

function scoresIn(path: string, table: ArchitectureTable): Scored {
  const { settings, scored } = readScores(path);
  if (settings.space !== table.space) {
    const problem = `its architectures are of ${settings.space}, those of ${table.place} of ${table.space}`;
    throw new MixopError('data', path, problem, 'score architectures of the same space');
  }
  const unknown = scored.find(({ digits }) => !table.rows.has(digits));
  if (unknown !== undefined) {
    const problem = `architecture ${unknown.digits} was not found in ${table.place}`;
    throw new MixopError('data', path, problem, 'give the table whose architectures were scored');
  }
  const features = scoreFeatures(scored, settings.scores);
  return { features, among: new Set(scored.map(({ digits }) => digits)) };
}

/** With scores each predictor comes twice, without and with them. */
function predictorsOf(
  given: readonly string[] | undefined,
  space: CellDecisionSpace,
  scored: Scored | undefined,
): readonly Predictor<Architecture>[] {
  const names = given ?? (scored === undefined ? predictorNames : scorePredictorNames);
  return names.flatMap((name) => {
    const plain = predictorNamed(name, space);
    if (scored === undefined) return [plain];
    return [plain, { ...predictorNamed(name, space, scored.features), name: `${name} + scores` }];
  });
}

function checkCounts({ train, heldOut, scores }: TableMeasureOptions, available: number): void {
  const needed = maxOf(train) + heldOut;
  if (needed <= available) return;
  const problem = `with --held-out ${heldOut} it needs ${needed} architectures`;
  const remedy = `${scores ?? 'the table'} has ${available}: give smaller numbers`;
  throw new MixopError('usage', '--train', problem, remedy);
}

/** Means, but of seconds the min: other work on the machine affects it least. */
function meanOver(scores: readonly PredictorScore[]): PredictorScore & { readonly tauDeviation: number } {
  const of = (key: keyof PredictorScore): number => mean(scores.map((score) => score[key]));
  const min = (key: keyof PredictorScore): number => minOf(scores.map((score) => score[key]));
  return {
    tau: of('tau'),
    tauDeviation: deviation(scores.map(({ tau }) => tau)),
    rho: of('rho'),
    rmse: of('rmse'),
    coverage90: of('coverage90'),
    fitSeconds: min('fitSeconds'),
    predictSeconds: min('predictSeconds'),
  };
}

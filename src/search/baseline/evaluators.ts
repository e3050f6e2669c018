// What a configuration names as evaluator: a table, or the shared weights of a run.

import { MixopError } from '../../base/errors.ts';
import { openTable } from '../../data/tables/open-table.ts';
import type { SearchSpace } from '../../discrete-baselines/architecture.ts';
import type { Evaluator } from '../../discrete-baselines/evaluator.ts';
import { tableDefaults, tableEvaluator } from '../../discrete-baselines/table-evaluator.ts';
import type { PlaceOf } from '../config-error.ts';
import type { ExecutorOptions } from '../executors.ts';
import { searchSpaceOf } from '../search-space.ts';
import { sharedEvaluator } from '../shared/shared-evaluator.ts';
import { openWeights, SharedWeights } from '../shared/shared-weights.ts';
import type { BaselineConfig } from './config.ts';
import { searchSpaceNamed } from './spaces.ts';

export interface OpenEvaluator {
  readonly space: SearchSpace;
  readonly evaluator: Evaluator;
  /** What a score is: the column of a table. */
  readonly scoreName: string;
  /** The best score that there is, where it is known. */
  readonly optimum?: number;
  close(): Promise<void>;
}

/** Throws a `MixopError` for whatever does not go together. */
export async function openEvaluator(
  config: BaselineConfig,
  executor: ExecutorOptions,
  placeOf: PlaceOf,
): Promise<OpenEvaluator> {
  const { table, weights } = config;
  const remedy = 'give --table FILE or --weights RUN';
  if (table !== undefined && weights !== undefined)
    throw new MixopError('config', 'evaluator', 'a table and shared weights were both given', remedy);
  if (table !== undefined) return openTabular(config, table);
  if (weights !== undefined) return openShared(config, weights, executor, placeOf);
  throw new MixopError('config', 'evaluator', 'nothing says how to score an architecture', remedy);
}

async function openTabular(config: BaselineConfig, path: string): Promise<OpenEvaluator> {
  const named = config.space === undefined ? undefined : searchSpaceNamed(config.space);
  const table = await openTable(path);
  const space = named ?? searchSpaceNamed(table.space);
  const { guide, reported } = tableDefaults[table.space]!;
  const evaluator = tableEvaluator(table, space, {
    guide: config.guide ?? guide,
    reported: config.report ?? reported,
  });
  const { optimum, options } = evaluator;
  return { space, evaluator, scoreName: options.guide, optimum, close: () => Promise.resolve() };
}

async function openShared(
  config: BaselineConfig,
  path: string,
  executor: ExecutorOptions,
  placeOf: PlaceOf,
): Promise<OpenEvaluator> {
  const { prepared, weights, place } = await openWeights(path);
  const { space, data } = prepared;
  if (config.space !== undefined && config.space !== space.name) {
    const remedy = `search --space ${space.name}, or give a run of ${config.space}`;
    throw new MixopError('config', path, `has weights of ${space.name}, not of ${config.space}`, remedy);
  }
  for (const name of ['guide', 'report'] as const) {
    if (config[name] !== undefined)
      throw new MixopError(
        'config',
        placeOf([name], 'key'),
        'is for tables only',
        'leave it out with --weights',
      );
  }
  const all = data.validation.length;
  const { images = all } = config;
  if (images > all)
    throw new MixopError(
      'config',
      placeOf(['images'], 'value'),
      `is ${images}`,
      `the validation split has ${all}`,
    );
  const search = searchSpaceOf(space);
  const shared = await SharedWeights.create(prepared, executor, images);
  shared.write('weights', weights, place);
  const evaluator = sharedEvaluator(shared, space, search);
  return { space: search, evaluator, scoreName: 'validation accuracy, %', close: () => shared.close() };
}

// Several strategies under equal budgets: a run of each, and what they show together. Random search is always among them.

import { join } from 'node:path';
import { MixopError } from '../base/errors.ts';
import { refuseRunFolder, writeGroupFiles } from '../runs/group-folder.ts';
import { type BaselineConfigInput, defaultPlace } from './config.ts';
import type { BaselineOptions, BaselineProgress, BaselineResult } from './options.ts';
import { prepareBaseline } from './prepare.ts';
import { comparisonFiles } from './results/comparison-files.ts';
import { type Comparison, comparisonOf } from './results/comparison.ts';
import type { Axis } from './results/curves.ts';
import { control } from './results/standings.ts';
import { baseline } from './run.ts';

export interface CompareOptions extends Omit<BaselineOptions, 'config' | 'onProgress'> {
  readonly strategies: readonly string[];
  /** The same for all; `settings` by strategy. */
  readonly config: Omit<BaselineConfigInput, 'strategy' | 'settings'>;
  readonly settings?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly onProgress?: (progress: BaselineProgress, strategy: string) => void;
}

/**
 * Runs the strategies one after the other. `out`, where given, receives the run of each, curves, fronts and a report.
 * Without rows where it was stopped.
 */
export async function compareStrategies(options: CompareOptions): Promise<Comparison> {
  const { config, out, placeOf = defaultPlace } = options;
  if (out !== undefined) await refuseRunFolder(out);
  const runs = [...new Set([control, ...options.strategies])].map((strategy) => runOf(strategy, options));
  // Whatever is wrong with the last strategy is found before the first one runs.
  for (const run of runs) await (await prepareBaseline(run)).close();
  const axis: Axis = config.budget.evaluations === undefined ? 'seconds' : 'evaluations';
  const results: BaselineResult[] = [];
  for (const run of runs) {
    const result = await baseline(run);
    const { finished, scoreName, optimum, summary } = result;
    if (!finished) return { finished, axis, scoreName, optimum, target: undefined, rows: [] };
    if (summary === undefined) {
      const place = placeOf(['budget'], 'key');
      throw new MixopError('config', place, 'allows not a single evaluation', 'give a larger budget');
    }
    results.push(result);
  }
  const comparison = comparisonOf(results, axis);
  if (out !== undefined) {
    const { seeds } = results[0]!.config;
    await writeGroupFiles(out, comparisonFiles(comparison, seeds));
  }
  return comparison;
}

/** What `baseline` is asked for one of the strategies. */
function runOf(strategy: string, options: CompareOptions): BaselineOptions {
  const { config, settings = {}, strategies: _, onProgress, placeOf = defaultPlace, out, ...rest } = options;
  return {
    ...rest,
    config: { ...config, strategy, settings: settings[strategy] ?? {} },
    placeOf: ([first, ...path], part) =>
      placeOf(first === 'settings' ? [first, strategy, ...path] : [first!, ...path], part),
    ...(out !== undefined && { out: join(out, strategy) }),
    onProgress: (progress) => onProgress?.(progress, strategy),
  };
}

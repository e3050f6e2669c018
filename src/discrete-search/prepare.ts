// Opens what a search without gradient needs: configuration, evaluator, strategy. Writes nothing.

import { MixopError } from '../base/errors.ts';
import type { Searcher } from '../discrete-baselines/searcher.ts';
import type { PlaceOf } from '../engine/config-error.ts';
import { defaultExecutor } from '../engine/executors.ts';
import { type BaselineConfig, defaultPlace, resolveBaseline } from './config.ts';
import { inherits, openEvaluator, type OpenEvaluator } from './evaluators/named.ts';
import type { BaselineOptions } from './options.ts';
import { strategyNamed } from './strategies.ts';

export interface PreparedBaseline extends OpenEvaluator {
  readonly config: BaselineConfig;
  /** The searcher of the nth search, from 0. */
  readonly searcherOf: (search: number) => Searcher;
}

/**
 * Whatever is wrong with the options is found here and thrown as a `MixopError`, before anything is written. The caller
 * closes what is returned.
 */
export async function prepareBaseline(options: BaselineOptions): Promise<PreparedBaseline> {
  const { placeOf = defaultPlace, executor = { executor: defaultExecutor }, out } = options;
  const config = resolveBaseline(options.config, placeOf);
  const open = await openEvaluator(config, executor, placeOf, out);
  try {
    checkWorkers(options, config);
    checkBudget(open, config, placeOf);
    return { ...open, config, searcherOf: await searchersOf(open, config, placeOf) };
  } catch (error) {
    await open.close();
    throw error;
  }
}

function checkWorkers({ workers = 1, out }: BaselineOptions, config: BaselineConfig): void {
  const { batch } = config;
  if (workers > batch) {
    const problem = `a batch of ${batch} cannot be shared by ${workers} processes`;
    throw new MixopError('config', 'workers', problem, `give --batch ${workers} or more`);
  }
  if (workers > 1 && out === undefined && inherits(config)) {
    const problem = `${workers} processes need a folder for the weights that children inherit`;
    throw new MixopError('config', 'workers', problem, 'give --out, or --train inherit=false');
  }
}

/** Refuses a budget that no number of evaluations would use up: the search would never end. */
function checkBudget({ costs }: OpenEvaluator, { budget }: BaselineConfig, placeOf: PlaceOf): void {
  const { evaluations, ...limits } = budget;
  const given = (['seconds', 'epochs'] as const).filter((name) => limits[name] !== undefined);
  if (evaluations !== undefined || given.length === 0 || given.some((name) => costs.includes(name))) return;
  const place = placeOf(['budget', given[0]!], 'value');
  const problem = `is never used up: an evaluation costs no ${given.join(' and no ')} here`;
  throw new MixopError('config', place, problem, 'limit the number of evaluations');
}

/** One searcher for all searches, or one for each. */
async function searchersOf(
  { space }: OpenEvaluator,
  { strategy: name, settings, seeds }: BaselineConfig,
  placeOf: PlaceOf,
): Promise<PreparedBaseline['searcherOf']> {
  const strategy = strategyNamed(name);
  const made = await strategy.make(space, settings, (path, part) => placeOf(['settings', ...path], part));
  if ('name' in made) return () => made;
  if (made.length === seeds) return (search) => made[search]!;
  const runs = made.length === 1 ? '1 run' : `${made.length} runs`;
  throw new MixopError(
    'config',
    placeOf(['settings', 'run'], 'value'),
    `${runs} of ${strategy.name} for ${seeds} searches`,
    'give one run for each search, or as many --seeds as runs',
  );
}

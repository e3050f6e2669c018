// The strategies without gradient that can be named, with their settings.

import * as z from 'zod';
import { MixopError } from '../../base/errors.ts';
import { nearNames } from '../../base/near-names.ts';
import type { SearchSpace } from '../../discrete-baselines/architecture.ts';
import type { Searcher } from '../../discrete-baselines/searcher.ts';
import { agingEvolution } from '../../discrete-baselines/strategies/aging-evolution.ts';
import {
  acquisitions,
  bayesianOptimisation,
} from '../../discrete-baselines/strategies/bayesian-optimisation.ts';
import { localSearch } from '../../discrete-baselines/strategies/local-search.ts';
import { randomSearch } from '../../discrete-baselines/strategies/random-search.ts';
import { reinforce } from '../../discrete-baselines/strategies/reinforce.ts';
import { predictorNamed, predictorNames } from '../predictors/predictors.ts';
import { configError, type PlaceOf } from '../config-error.ts';

export interface Strategy {
  readonly name: string;
  /** One line for help. */
  readonly summary: string;
  readonly settings: z.ZodType<Readonly<Record<string, unknown>>>;
  /** A searcher with settings as given, checked. Throws a `MixopError` at the setting's place. */
  make(space: SearchSpace, settings: Readonly<Record<string, unknown>>, placeOf: PlaceOf): Searcher;
}

function strategy<T extends z.ZodRawShape>(
  name: string,
  summary: string,
  shape: T,
  make: (space: SearchSpace, settings: z.output<z.ZodObject<T>>) => Searcher,
): Strategy {
  const schema = z.strictObject(shape);
  return {
    name,
    summary,
    settings: schema,
    make(space, settings, placeOf) {
      const result = schema.safeParse(settings);
      if (result.success) return make(space, result.data);
      throw configError(result.error.issues[0]!, settings, placeOf, schema);
    },
  };
}

const count = z.int().positive();
const share = z.number().min(0).lt(1);

const acquisition = z.enum(acquisitions).describe('ei, ucb or thompson');
const bayesian = {
  initial: count.min(2).default(10).describe('random architectures before the first model'),
  candidates: count.default(100).describe('random candidates of an ask'),
  best: count.default(5).describe('best architectures whose neighbours are candidates too'),
};

const all: readonly Strategy[] = [
  strategy('random', 'uniform draws with replacement', {}, randomSearch),
  strategy(
    'local-search',
    'the first better neighbour, again and again (White et al. 2020)',
    { initial: count.default(1).describe('random architectures at the start of a climb') },
    localSearch,
  ),
  strategy(
    'aging-evolution',
    'tournaments; the oldest leaves (Real et al. 2019)',
    {
      population: count.default(10),
      sample: count.default(3).describe('size of a tournament, drawn with replacement'),
    },
    agingEvolution,
  ),
  strategy(
    'reinforce',
    'a softmax for every decision, by policy gradient (Dong and Yang 2020)',
    {
      rate: z.number().positive().default(0.01),
      decay: share.default(0.9).describe('of the moving average of rewards'),
      scale: z.number().nonnegative().default(1e-3).describe('logits start at scale * N(0, 1)'),
    },
    reinforce,
  ),
  strategy(
    'bo',
    'Bayesian optimisation with a Gaussian process (Kandasamy et al. 2018)',
    { ...bayesian, predictor: z.enum(predictorNames).default('gp'), acquisition: acquisition.default('ei') },
    (space, { predictor, ...settings }) =>
      bayesianOptimisation(space, predictorNamed(predictor, space), settings),
  ),
  strategy(
    'bananas',
    'Bayesian optimisation with an ensemble of networks (White et al. 2021)',
    { ...bayesian, acquisition: acquisition.default('thompson') },
    (space, settings) => bayesianOptimisation(space, predictorNamed('networks', space), settings),
  ),
];

export const strategies: Readonly<Record<string, Strategy>> = Object.fromEntries(
  all.map((one) => [one.name, one]),
);

/** A strategy by name; throws a `MixopError` with the near names for an unknown one. */
export function strategyNamed(name: string): Strategy {
  const found = Object.hasOwn(strategies, name) ? strategies[name] : undefined;
  if (found !== undefined) return found;
  const known = Object.keys(strategies);
  const near = nearNames(name, known);
  const hint = near.length > 0 ? `did you mean ${near.join(' or ')}? ` : '';
  throw new MixopError('config', 'strategy', `"${name}" is not known`, `${hint}known: ${known.join(', ')}`);
}

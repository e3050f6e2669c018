// The strategies without gradient that can be named, with their settings.

import * as z from 'zod';
import { MixopError } from '../base/errors.ts';
import { nearNames } from '../base/near-names.ts';
import type { DecisionSpace } from '../discrete-baselines/architecture.ts';
import type { Searcher } from '../discrete-baselines/searcher.ts';
import { agingEvolution } from '../discrete-baselines/strategies/aging-evolution.ts';
import { enas, pham } from '../discrete-baselines/strategies/enas.ts';
import {
  acquisitions,
  bayesianOptimisation,
} from '../discrete-baselines/strategies/bayesian-optimisation.ts';
import { asha } from '../discrete-baselines/strategies/asha.ts';
import { hyperband, successiveHalving } from '../discrete-baselines/strategies/successive-halving.ts';
import { growingEvolution } from '../discrete-baselines/strategies/growing-evolution.ts';
import { localSearch } from '../discrete-baselines/strategies/local-search.ts';
import { lstmReinforce, type LstmSettings, zophLe } from '../discrete-baselines/strategies/lstm-reinforce.ts';
import { naoSearch } from '../discrete-baselines/strategies/nao.ts';
import { oneShot } from '../discrete-baselines/strategies/one-shot.ts';
import { nasNet, ppo } from '../discrete-baselines/strategies/ppo.ts';
import { growingSpace, progressiveSearch } from '../discrete-baselines/strategies/progressive.ts';
import { metaQnn, qLearning } from '../discrete-baselines/strategies/q-learning.ts';
import { randomSearch } from '../discrete-baselines/strategies/random-search.ts';
import { reinforce } from '../discrete-baselines/strategies/reinforce.ts';
import { tournament } from '../discrete-baselines/strategies/tournament.ts';
import { naoDefaults } from '../predictors/nao/fit.ts';
import { blockSurrogate, blockSurrogates, predictorNamed, predictorNames } from './predictors/predictors.ts';
import { derivedBySearches } from './derived-cells.ts';
import { configError, type PlaceOf } from '../engine/config-error.ts';

interface Strategy {
  readonly name: string;
  /** One line for help. */
  readonly summary: string;
  readonly settings: z.ZodType<Readonly<Record<string, unknown>>>;
  /** Its proposals name parents, whose weights they may inherit. */
  readonly parents?: true;
  /**
   * A searcher with settings as given, checked: one for any number of searches, or one for each. Throws a `MixopError`
   * at the setting's place.
   */
  make(space: DecisionSpace, settings: Readonly<Record<string, unknown>>, placeOf: PlaceOf): Made;
}

type Made = Searcher | Promise<readonly Searcher[]>;

/** former: earlier names of settings, which old runs have, by their present ones. */
function strategy<T extends z.ZodRawShape>(
  name: string,
  summary: string,
  shape: T,
  make: (space: DecisionSpace, settings: z.output<z.ZodObject<T>>) => Made,
  former: Readonly<Record<string, string>> = {},
): Strategy {
  const schema = z.strictObject(shape);
  return {
    name,
    summary,
    settings: schema,
    make(space, given, placeOf) {
      const settings = withPresentNames(given, former);
      const result = schema.safeParse(settings);
      if (result.success) return make(space, result.data);
      throw configError(result.error.issues[0]!, settings, placeOf, schema);
    },
  };
}

function withPresentNames(
  settings: Readonly<Record<string, unknown>>,
  former: Readonly<Record<string, string>>,
): Readonly<Record<string, unknown>> {
  const renamed = { ...settings };
  for (const [present, earlier] of Object.entries(former)) {
    // With both names given, the earlier one is refused as unknown.
    if (!Object.hasOwn(renamed, earlier) || Object.hasOwn(renamed, present)) continue;
    renamed[present] = renamed[earlier];
    delete renamed[earlier];
  }
  return renamed;
}

const positive = z.number().positive();
const count = z.int().positive();
const share = z.number().min(0).lt(1);

const acquisition = z.enum(acquisitions).describe('ei, ucb or thompson');
const bayesian = {
  initial: count.min(2).default(10).describe('random architectures before the first model'),
  candidates: count.default(100).describe('random candidates per proposal'),
  best: count.default(5).describe('best architectures, whose neighbours are candidates too'),
};

const rungs = {
  resource: z
    .enum(['epochs', 'dataShare', 'imageSize', 'channels'])
    .default('dataShare')
    .describe('what grows from rung to rung'),
  min: positive.default(1 / 9).describe('of the first rung'),
  max: positive.default(1).describe('of the last rung'),
  eta: z
    .number()
    .gt(1)
    .default(3)
    .describe('factor from rung to rung; 1/eta of the architectures are promoted'),
};

const formerRungs = { min: 'least', max: 'most' };

/** As the searchers take them. */
function rungSettings<T extends { readonly min: number; readonly max: number }>({
  min,
  max,
  ...rest
}: T): Omit<T, 'min' | 'max'> & { readonly least: number; readonly most: number } {
  return { ...rest, least: min, most: max };
}

const path = z.string().min(1);
const runs = z
  .union([path.transform((one) => [one]), z.array(path).min(1)])
  .describe('runs, or folders of runs: one run for each search');

const all: readonly Strategy[] = [
  strategy('random', 'uniform draws with replacement', {}, randomSearch),
  strategy(
    'local-search',
    'moves to the first better neighbour, repeatedly (White et al. 2020)',
    { initial: count.default(1).describe('random architectures at the start of a climb') },
    localSearch,
  ),
  strategy(
    'aging-evolution',
    'tournaments; the oldest is removed (Real et al. 2019)',
    {
      population: count.default(10),
      sample: count.default(3).describe('size of a tournament, sampled with replacement'),
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
  {
    ...strategy(
      'tournament',
      'pairs: the worse is removed, the better has a child, which inherits weights (Real et al. 2017)',
      { population: count.min(2).default(20) },
      tournament,
    ),
    parents: true,
  },
  strategy(
    'growing-evolution',
    'tournaments; none is removed (Liu et al. 2018, hierarchical representations)',
    {
      initial: count.default(20).describe('random architectures at the start; 200 in the paper'),
      share: z.number().gt(0).max(1).default(0.05).describe('of the population that is in a tournament'),
    },
    growingEvolution,
  ),
  strategy(
    'q-learning',
    'a table of values, epsilon-greedy, with replay (Baker et al. 2017)',
    {
      rate: positive.default(metaQnn.rate),
      first: z.number().default(metaQnn.first).describe('initial values; rewards are score / 100'),
      replay: z.int().nonnegative().default(metaQnn.replay).describe('trajectories after every model'),
      schedule: positive.default(0.1).describe('of the 2,700 models over which epsilon decays'),
      state: z.enum(['layer', 'prefix']).default(metaQnn.state),
    },
    qLearning,
  ),
  strategy(
    'lstm-reinforce',
    'an LSTM controller by policy gradient (Zoph and Le 2017)',
    controllerSettings(zophLe),
    lstmReinforce,
  ),
  strategy(
    'ppo',
    'an LSTM controller by clipped ratios, as for NASNet (Zoph et al. 2018)',
    {
      hidden: count.default(nasNet.hidden),
      rate: positive.default(nasNet.rate),
      decay: share.default(nasNet.decay).describe('of the moving average of rewards'),
      batch: count.default(nasNet.batch).describe('architectures per update'),
      passes: count.default(nasNet.passes).describe('steps on each batch'),
      clip: positive.default(nasNet.clip),
      entropy: z.number().nonnegative().default(nasNet.entropy),
    },
    ppo,
  ),
  strategy(
    'enas',
    "ENAS's controller: squashed logits, entropy, priors (Pham et al. 2018)",
    controllerSettings(pham),
    enas,
  ),
  strategy(
    'one-shot',
    'random samples, then the best of them again (Bender et al. 2018)',
    {
      samples: count.default(90),
      top: count.default(10).describe('evaluated again with the full budget'),
      share: z.number().gt(0).max(1).default(1).describe('of the images at the first evaluation'),
    },
    oneShot,
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
  strategy(
    'pnas',
    'grows cells block by block, guided by a surrogate (Liu et al. 2018); space pnas',
    {
      keep: count
        .default(256)
        .describe('cells for each number of blocks from the second on (the first has 136)'),
      surrogate: z.enum(blockSurrogates).default('networks').describe('networks or lstm'),
    },
    (space, { keep, surrogate }) => {
      const growing = growingSpace(space);
      return progressiveSearch(growing, { keep }, blockSurrogate(surrogate, growing));
    },
  ),
  strategy(
    'nao',
    'gradient ascent in the embedding of architectures (Luo et al. 2018)',
    {
      initial: count.min(2).default(50).describe('random architectures before the first model'),
      round: count.default(25).describe('new architectures from one model'),
      top: count.default(100).describe('best architectures, whose embeddings move'),
      step: positive.default(10).describe('length of the first step, and increment'),
      maxStep: positive
        .default(30)
        .describe('length of the longest step; with shared weights step=1, maxStep=100'),
      hidden: count.default(16).describe('units of encoder and decoder; 96 in the paper'),
      epochs: count.default(60).describe('of every training; 1,000 in the paper'),
      batch: count.default(5).describe('architectures per step of the training'),
      rate: positive.default(0.01).describe('of the training, falling to 0'),
      unscored: z
        .int()
        .nonnegative()
        .default(naoDefaults.unscored)
        .describe('random architectures added to each batch, to learn reconstruction'),
    },
    (space, { hidden, epochs, batch, rate, unscored, maxStep, ...settings }) =>
      naoSearch(
        space,
        { ...settings, most: maxStep },
        { ...naoDefaults, hidden, epochs, batch, rate, unscored },
      ),
    { maxStep: 'most' },
  ),
  strategy(
    'darts',
    'cells that a run of `mixop search` derived, the last first (Liu et al. 2019), then samples from its alphas',
    { run: runs },
    (space, { run }) => derivedBySearches('darts', space, run),
  ),
  strategy(
    'single-level',
    'the control of darts: the same for a run with --set alphas.split=training',
    { run: runs },
    (space, { run }) => derivedBySearches('single-level', space, run),
  ),
  strategy(
    'successive-halving',
    'many at a small budget, the best again at larger ones (Jamieson and Talwalkar 2016)',
    { ...rungs, size: count.default(81).describe('architectures at the first rung') },
    (space, settings) => successiveHalving(space, rungSettings(settings)),
    formerRungs,
  ),
  strategy(
    'hyperband',
    'successive halving from every rung in turn (Li et al. 2018)',
    rungs,
    (space, settings) => hyperband(space, rungSettings(settings)),
    formerRungs,
  ),
  strategy(
    'asha',
    'successive halving that never waits (Li et al. 2020)',
    rungs,
    (space, settings) => asha(space, rungSettings(settings)),
    formerRungs,
  ),
];

function controllerSettings(of: LstmSettings): {
  readonly [K in keyof LstmSettings]: z.ZodDefault<z.ZodNumber>;
} {
  return {
    hidden: count.default(of.hidden),
    layers: count.default(of.layers),
    rate: positive.default(of.rate),
    decay: share.default(of.decay).describe('of the moving average of rewards'),
    batch: count.default(of.batch).describe('architectures per update'),
    power: positive.default(of.power).describe('the reward is (score / 100)^power'),
    entropy: z.number().nonnegative().default(of.entropy),
  };
}

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

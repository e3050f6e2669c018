// Opens the evaluator of a configuration: a table, the shared weights of a run, short trainings, or a score of
// untrained networks.

import { MixopError } from '../../base/errors.ts';
import { Random } from '../../base/random.ts';
import { openData } from '../../data/open.ts';
import { withMoreColumns } from '../../data/tables/more-columns.ts';
import { openTable } from '../../data/tables/open-table.ts';
import type { DecisionSpace } from '../../discrete-baselines/architecture.ts';
import type { Evaluator } from '../../discrete-baselines/evaluator.ts';
import { tableDefaults, tableEvaluator } from '../../discrete-baselines/table-evaluator.ts';
import { shortSchema } from '../../networks/config.ts';
import { ShortTraining } from '../../networks/short-training.ts';
import { checkStopping } from '../../predictors/curves/stopping.ts';
import type { PlaceOf } from '../../engine/config-error.ts';
import type { ExecutorOptions } from '../../engine/executors.ts';
import { decisionSpaceOf } from '../../engine/decision-space.ts';
import { sharedEvaluator } from '../../weight-sharing/shared-evaluator.ts';
import { openWeights, SharedWeights } from '../../weight-sharing/shared-weights.ts';
import { familyNamed, familyNames } from '../families/named.ts';
import { checkSizes, sizedFamily } from '../families/sized.ts';
import { imageSpaceNamed, imageSpaces as supernetSpaces } from '../../supernet/spaces/named.ts';
import { zeroCostEvaluator } from '../../zero-cost/evaluator.ts';
import { zeroCostBatch } from '../../zero-cost/measure.ts';
import { zeroCostNamed } from '../../zero-cost/scores.ts';
import { type BaselineConfig, type EvaluatorKind, evaluatorKinds, zeroCostSchema } from '../config.ts';
import { objectiveNamed } from '../objective.ts';
import { decisionSpaceNamed } from '../spaces.ts';
import { strategyNamed } from '../strategies.ts';
import { trainEvaluator } from './training.ts';
import { storeIn, storeInMemory, type WeightStore } from './weight-store.ts';

const scoreName = 'validation accuracy, %';

type Cost = 'seconds' | 'epochs';

export interface OpenEvaluator {
  readonly space: DecisionSpace;
  readonly evaluator: Evaluator;
  /** What a score is: the column of a table. */
  readonly scoreName: string;
  /** The best possible score, where it is known. */
  readonly optimum?: number;
  /** What evaluations spend; a limit on anything else would never end a search. */
  readonly costs: readonly Cost[];
  /** The metric that is minimised against the score, where one was requested. */
  readonly objective?: string;
  /** The weights that children inherit, if they do. */
  readonly weights?: WeightStore;
  close(): Promise<void>;
}

/** run: the folder where weights are kept for inheritance. Throws a `MixopError` for settings that contradict each other. */
export async function openEvaluator(
  config: BaselineConfig,
  executor: ExecutorOptions,
  placeOf: PlaceOf,
  run?: string,
): Promise<OpenEvaluator> {
  for (const name of tableOnly) {
    if (config.table !== undefined || config[name] === undefined) continue;
    throw new MixopError('config', placeOf([name], 'key'), 'applies to tables only', 'omit it');
  }
  const kind = kindOf(config);
  if (config.sizes !== undefined && kind !== 'train') {
    const remedy = 'score by short trainings: --train';
    throw new MixopError(
      'config',
      placeOf(['sizes'], 'key'),
      `with ${kind} all networks have one size`,
      remedy,
    );
  }
  if (config.sizes?.channels !== undefined && config.settings['resource'] === 'channels') {
    const remedy = 'set the strategy to another resource';
    throw new MixopError(
      'config',
      placeOf(['sizes'], 'key'),
      'conflicts with the resource channels of the strategy',
      remedy,
    );
  }
  if (config.stopEarly !== undefined) {
    const place = placeOf(['stopEarly'], 'key');
    if (kind !== 'train')
      throw new MixopError(
        'config',
        place,
        `${kind} has no trainings to stop`,
        'score by short trainings: --train',
      );
    checkStopping(config.stopEarly, placeOf(['stopEarly', 'first'], 'value'));
  }
  if (kind === 'table') return openTabular(config, config.table!, placeOf);
  const objective = objectiveOf(config, networkMetrics, placeOf);
  return { ...(await openNetworks(kind, config, executor, placeOf, run)), ...(objective && { objective }) };
}

function openNetworks(
  kind: Exclude<EvaluatorKind, 'table'>,
  config: BaselineConfig,
  executor: ExecutorOptions,
  placeOf: PlaceOf,
  run: string | undefined,
): Promise<OpenEvaluator> {
  switch (kind) {
    case 'shared':
      return openShared(config, config.weights!, executor, placeOf);
    case 'train':
      return openTraining(config, executor, placeOf, run);
    case 'zero-cost':
      return openZeroCost(config, executor, placeOf);
  }
}

const tableOnly = ['guide', 'report', 'columns'] as const;

/** Metrics of evaluators that build networks. */
const networkMetrics = ['parameters', 'multiplyAdds'];

/** The key of what an evaluator scores by, and the option that sets it. */
const sources = {
  table: { key: 'table', option: '--table FILE' },
  shared: { key: 'weights', option: '--weights RUN' },
  train: { key: 'train', option: '--train data=NAME' },
  'zero-cost': { key: 'zeroCost', option: '--zero-cost score=NAME' },
} as const satisfies Record<EvaluatorKind, { key: keyof BaselineConfig; option: string }>;

/** The evaluator that is named, or whose source is given; no other source may be. Some need no source. */
export function kindOf(config: BaselineConfig): EvaluatorKind {
  const remedy = `give one of ${Object.values(sources)
    .map(({ option }) => option)
    .join(', ')}`;
  const given = evaluatorKinds.filter((kind) => config[sources[kind].key] !== undefined);
  const [kind = config.evaluator, another] = given;
  if (another !== undefined) {
    const problem = `${given.map((one) => sources[one].option).join(' and ')} were given together`;
    throw new MixopError('config', 'evaluator', problem, remedy);
  }
  if (kind === undefined)
    throw new MixopError('config', 'evaluator', 'is missing: architectures could not be scored', remedy);
  const { evaluator = kind } = config;
  if (evaluator !== kind)
    throw new MixopError('config', 'evaluator', `${evaluator} does not use ${sources[kind].option}`, remedy);
  if (given.length > 0 || kind === 'train' || kind === 'zero-cost') return kind;
  throw new MixopError(
    'config',
    'evaluator',
    `the source of ${kind} is missing`,
    `give ${sources[kind].option}`,
  );
}

function objectiveOf(
  { objective }: BaselineConfig,
  known: readonly string[],
  placeOf: PlaceOf,
): string | undefined {
  return objective === undefined
    ? undefined
    : objectiveNamed(objective, known, placeOf(['objective'], 'value'));
}

async function openTabular(config: BaselineConfig, path: string, placeOf: PlaceOf): Promise<OpenEvaluator> {
  const named = config.space === undefined ? undefined : decisionSpaceNamed(config.space);
  const own = await openTable(path);
  const table = config.columns === undefined ? own : await withMoreColumns(own, config.columns);
  const objective = objectiveOf(config, Object.keys(table.columns), placeOf);
  const space = named ?? decisionSpaceNamed(table.space);
  const { guide, reported } = tableDefaults[table.space]!;
  const evaluator = tableEvaluator(table, space, {
    guide: config.guide ?? guide,
    reported: config.report ?? reported,
    ...(objective && { objective }),
  });
  const { optimum, options } = evaluator;
  return {
    space,
    evaluator,
    scoreName: options.guide,
    optimum,
    costs: await costsOf(evaluator, space),
    ...(objective && { objective }),
    close: () => Promise.resolve(),
  };
}

/** Of a table: what one architecture costs, all do. */
async function costsOf(evaluator: Evaluator, space: DecisionSpace): Promise<readonly Cost[]> {
  const random = Random.fromSeed(0);
  const request = { id: 0, seed: 0, architecture: space.sample(random), fidelity: {}, random };
  const evaluation = await evaluator.evaluate(request, new AbortController().signal);
  return (['seconds', 'epochs'] as const).filter((cost) => evaluation[cost] > 0);
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
  const all = data.validation.length;
  const { images = all } = config;
  if (images > all)
    throw new MixopError(
      'config',
      placeOf(['images'], 'value'),
      `is ${images}`,
      `the validation split has ${all}`,
    );
  const search = decisionSpaceOf(space);
  const shared = await SharedWeights.create(prepared, executor, images);
  shared.writeWeights(weights, place);
  const evaluator = sharedEvaluator(shared, space, search);
  return { space: search, evaluator, scoreName, costs: ['seconds'], close: () => shared.close() };
}

/** Whether children begin with their parents' weights. */
export function inherits(config: BaselineConfig): boolean {
  if (kindOf(config) !== 'train' || strategyNamed(config.strategy).parents !== true) return false;
  return shortSchema.parse(config.train ?? {}).inherit;
}

async function openTraining(
  config: BaselineConfig,
  executor: ExecutorOptions,
  placeOf: PlaceOf,
  run: string | undefined,
): Promise<OpenEvaluator> {
  const train = shortSchema.parse(config.train ?? {});
  const source = await openData(train.data);
  const { imageSize = source.train.height, channels } = train;
  const fixed = familyNamed(config.space ?? 'darts-cnn', { image: imageSize, channels });
  const { height, width, channels: colours, classes } = source.train;
  const side = train.imageSize;
  const image = { height: side ?? height, width: side ?? width, channels: colours };
  const size = { channels: channels ?? fixed.defaults.channels, cells: train.cells ?? fixed.defaults.cells };
  const family = sizedFamily(fixed, config.sizes ?? {}, placeOf(['sizes'], 'key'));
  checkSizes(fixed, config.sizes ?? {}, { size, image, classes });
  const training = new ShortTraining(family, train, source, executor);
  const weights = !inherits(config) ? undefined : run === undefined ? storeInMemory() : storeIn(run);
  const evaluator = trainEvaluator(training, weights);
  return {
    space: family.search,
    evaluator,
    scoreName,
    costs: ['seconds', 'epochs'],
    ...(weights && { weights }),
    close: () => Promise.resolve(),
  };
}

/** All searches of a run see one batch. */
async function openZeroCost(
  config: BaselineConfig,
  executor: ExecutorOptions,
  placeOf: PlaceOf,
): Promise<OpenEvaluator> {
  const chosen = config.space ?? 'darts-cnn';
  if (familyNames.includes(chosen) && !Object.hasOwn(supernetSpaces, chosen)) {
    const known = Object.keys(supernetSpaces).join(', ');
    throw new MixopError('config', 'space', `zero-cost scores do not support ${chosen}`, `known: ${known}`);
  }
  const space = imageSpaceNamed(chosen);
  const { score: name, data, images, channels, cells } = zeroCostSchema.parse(config.zeroCost ?? {});
  const score = zeroCostNamed(name, placeOf(['zeroCost', 'score'], 'value'));
  const { train: dataset } = await openData(data);
  const batch = zeroCostBatch(dataset, images, Random.fromSeed(config.seed).split('zero-cost'));
  const size = { channels, cells: cells ?? space.defaults.cells };
  const networks = { space, size, classes: dataset.classes, auxiliary: false };
  const search = decisionSpaceOf(space);
  const evaluator = zeroCostEvaluator(score, networks, search, { dataset, batch }, executor);
  return {
    space: search,
    evaluator,
    scoreName: name,
    costs: ['seconds'],
    close: () => Promise.resolve(),
  };
}

// The options that commands of searches without gradient share, and how they are read.

import type { Command } from 'commander';
import { MixopError } from '../../base/errors.ts';
import {
  type BaselineConfigInput,
  type EvaluatorKind,
  evaluatorKinds,
} from '../../discrete-search/config.ts';
import type { PlaceOf } from '../../engine/config-error.ts';
import { searchSpaceNames } from '../../discrete-search/spaces.ts';
import { type Stopping, stoppingRules } from '../../predictors/curves/stopping.ts';
import { type ConfigLayer, merge, setLayer } from '../options/config-layers.ts';
import { gather } from '../options/config-options.ts';
import { type ExecutorFlags, withExecutorOptions } from '../options/executor-option.ts';
import { strategies } from '../../discrete-search/strategies.ts';
import { wholeNumber } from '../options/number-option.ts';

export interface BaselineFlags extends ExecutorFlags {
  readonly space?: string;
  readonly evaluator?: string;
  readonly table?: string;
  readonly columns?: string;
  readonly objective?: string;
  readonly weights?: string;
  readonly images?: number;
  readonly train: readonly string[];
  readonly sizes: readonly string[];
  readonly zeroCost: readonly string[];
  readonly stopEarly: readonly string[];
  readonly guide?: string;
  readonly report?: readonly string[];
  readonly budget: readonly string[];
  readonly seeds?: number;
  readonly seed?: number;
  readonly batch?: number;
  readonly workers: number;
  readonly out?: string;
  readonly resume?: boolean;
  readonly json?: boolean;
}

export const strategyNames = Object.keys(strategies).join(', ');

/** Every strategy with what it does, for help. */
export const strategiesHelp: string = [
  'Strategies:',
  ...Object.values(strategies).map(({ name, summary }) => `  ${name.padEnd(20)} ${summary}`),
].join('\n');

export function withBaselineOptions(command: Command, seeds: number): Command {
  return withExecutorOptions(command)
    .option(
      '--evaluator <kind>',
      `how architectures are scored: ${evaluatorKinds.join(', ')} (default: by the options given below)`,
    )
    .option('--table <file>', "score by a benchmark's table of results: CSV")
    .option('--weights <run>', 'score by shared weights: a run of `mixop search` or `mixop supernet`')
    .option(
      '--images <n>',
      'validation images that --weights scores on (default: all)',
      wholeNumber('--images', 1),
    )
    .option(
      '--train <key=value>',
      'score by short trainings: a setting, as data=fashion-mini or epochs=3 (repeatable)',
      gather,
      [],
    )
    .option(
      '--sizes <key=list>',
      'also search the size of the networks of --train, as cells=2,4 or channels=4,8,16 (repeatable)',
      gather,
      [],
    )
    .option(
      '--zero-cost <key=value>',
      'score untrained networks: a setting, as score=naswot or data=fashion-mini (repeatable)',
      gather,
      [],
    )
    .option(
      '--stop-early <rule>',
      `stop trainings of --train that will not become the best: ${stoppingRules.join(', ')}, or a setting, as first=10 (repeatable)`,
      gather,
      [],
    )
    .option('--space <name>', `search space: ${searchSpaceNames.join(', ')} (default: the table's or run's)`)
    .option('--columns <file>', 'CSV with more columns for --table, such as latencies, joined by index')
    .option('--guide <column>', 'what the search maximises (default: c10_valid_e12 or mean)')
    .option('--report <columns>', 'columns to report as well, separated by commas', columnsOf)
    .option(
      '--objective <name>',
      'also report the Pareto front of score against this, to be minimised: params, flops, or a column',
    )
    .option(
      '--budget <limit>',
      'limit of each search: 500 (evaluations), 12000s or 600epochs; repeatable, the first one reached ends it',
      gather,
      [],
    )
    .option(
      '--seeds <n>',
      `number of searches, each with the next seed (default: ${seeds})`,
      wholeNumber('--seeds', 1),
    )
    .option('--seed <n>', 'random seed of the first search (default: 0)', wholeNumber('--seed', 0))
    .option(
      '--batch <n>',
      'evaluations per batch: the strategy learns after each (default: 1)',
      wholeNumber('--batch', 1),
    )
    .option('--workers <n>', 'processes that share a batch', wholeNumber('--workers', 1), 1);
}

type Shared = Omit<BaselineConfigInput, 'strategy' | 'settings'>;

/** The configuration from the flags, without the strategy; throws a `MixopError` where there is no budget. */
export function configOf(flags: BaselineFlags): Shared {
  const given = givenConfig(flags);
  return { ...given, budget: given.budget ?? budgetOf([]) };
}

/** The part of the configuration that the flags set. */
export function givenConfig(flags: BaselineFlags): Partial<Shared> {
  const { space, table, weights, images, guide, report, budget, seeds, seed, batch, resume, out } = flags;
  const { columns, objective } = flags;
  const { evaluator, train, sizes, zeroCost, stopEarly } = flags;
  if (resume === true && out === undefined)
    throw new MixopError(
      'usage',
      '--resume',
      'needs --out, the folder of the run',
      'name it, as --out runs/a',
    );
  return {
    ...(evaluator !== undefined && { evaluator: evaluator as EvaluatorKind }),
    ...(table !== undefined && { table }),
    ...(columns !== undefined && { columns }),
    ...(objective !== undefined && { objective }),
    ...(weights !== undefined && { weights }),
    ...(images !== undefined && { images }),
    ...(train.length > 0 && { train: merge(train.map((text) => setLayer(text, '--train'))) }),
    ...(sizes.length > 0 && { sizes: merge(sizes.map(sizesLayer)) }),
    ...(zeroCost.length > 0 && { zeroCost: merge(zeroCost.map((text) => setLayer(text, '--zero-cost'))) }),
    ...(stopEarly.length > 0 && { stopEarly: merge(stopEarly.map(stopLayer)) as unknown as Stopping }),
    ...(space !== undefined && { space }),
    ...(guide !== undefined && { guide }),
    ...(report !== undefined && { report: [...report] }),
    ...(budget.length > 0 && { budget: budgetOf(budget) }),
    ...(seeds !== undefined && { seeds }),
    ...(seed !== undefined && { seed }),
    ...(batch !== undefined && { batch }),
  };
}

/** `svr` is short for `rule=svr`. */
function stopLayer(text: string): ConfigLayer {
  return setLayer(text.includes('=') ? text : `rule=${text}`, '--stop-early');
}

/** `cells=2,4` is short for `cells=[2, 4]`. */
function sizesLayer(text: string): ConfigLayer {
  return setLayer(text.replace(/=([^[].*)$/, '=[$1]'), '--sizes');
}

/** The flag that sets a key of the configuration. */
export const placeOf: PlaceOf = ([first = '', ...rest]) => {
  const flag = flagNames[first] ?? first;
  return [`--${flag}`, ...(rest.length > 0 ? [rest.join('.')] : [])].join(' ');
};

const flagNames: Readonly<Record<string, string>> = {
  settings: 'set',
  zeroCost: 'zero-cost',
  stopEarly: 'stop-early',
};

function columnsOf(text: string): readonly string[] {
  return text.split(',').map((name) => name.trim());
}

interface Budget {
  evaluations?: number;
  seconds?: number;
  epochs?: number;
}

/** `500`, `12000s`, `600epochs`: limits on evaluations, seconds, epochs. */
function budgetOf(texts: readonly string[]): Budget {
  const remedy = 'write --budget 500 (evaluations), 12000s or 600epochs';
  if (texts.length === 0) throw new MixopError('usage', '--budget', 'is missing', remedy);
  const budget: Budget = {};
  for (const text of texts) {
    const [, number = '', unit = ''] = /^(\d+(?:\.\d+)?)(s|epochs|)$/.exec(text) ?? [];
    const key = unit === 's' ? 'seconds' : unit === 'epochs' ? 'epochs' : 'evaluations';
    const value = Number(number);
    if (number === '' || (key === 'evaluations' && !Number.isSafeInteger(value)))
      throw new MixopError('usage', '--budget', `"${text}" is not a limit`, remedy);
    if (value === 0) throw new MixopError('usage', '--budget', `${text} allows nothing`, remedy);
    budget[key] = value;
  }
  return budget;
}

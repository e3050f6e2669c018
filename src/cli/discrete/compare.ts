// `mixop compare`: several strategies without gradient under equal budgets, random search always among them.

import { join } from 'node:path';
import { Command } from 'commander';
import { MixopError } from '../../base/errors.ts';
import type { PlaceOf } from '../../engine/config-error.ts';
import { type CompareOptions, compareStrategies } from '../../discrete-search/compare.ts';
import type { Comparison } from '../../discrete-search/results/comparison.ts';
import { curvesFile, frontFile, reportFile } from '../../discrete-search/results/file-names.ts';
import { comparisonTable, frontTable, significance } from '../../discrete-search/results/tables.ts';
import { control } from '../../discrete-search/results/standings.ts';
import { stopped } from './baseline.ts';
import {
  type BaselineFlags,
  configOf,
  placeOf,
  strategiesHelp,
  withBaselineOptions,
} from './baseline-options.ts';
import { baselineView } from './baseline-view.ts';
import { merge, setLayer } from '../options/config-layers.ts';
import { gather } from '../options/config-options.ts';
import { executorOptions } from '../options/executor-option.ts';
import { interruptible } from '../terminal/interrupt.ts';
import { table } from '../terminal/table.ts';

interface Flags extends BaselineFlags {
  readonly darts: readonly string[];
  readonly singleLevel: readonly string[];
  readonly set: readonly string[];
}

const defaultSeeds = 20;

const examples = `
${strategiesHelp}

Examples:
  mixop compare aging-evolution reinforce --table nb201.csv.gz --budget 500 --seeds 100 --out runs/compared
  mixop compare aging-evolution --table nb201.csv.gz --budget 12000s --seeds 500 --out runs/timed
  mixop compare aging-evolution enas --weights runs/paths --darts runs/a --darts runs/b --seeds 2 --budget 100 --out runs/shared
  mixop compare local-search one-shot --weights runs/paths --set one-shot.samples=40 --budget 50 --out runs/shared
  mixop compare aging-evolution --table nb201.csv.gz --columns nb201-latency-ms.csv.gz --objective 1080ti_1 \\
    --budget 500 --out runs/latency

--out receives a run folder for each strategy, ${reportFile}, ${curvesFile} and, with --objective, ${frontFile}. Random search is
always included.`;

export function compareCommand(): Command {
  const command = new Command('compare')
    .description('compare strategies without gradient under equal budgets: curves, intervals, significance')
    .argument('<strategies...>', 'as `mixop baseline` names them');
  return withBaselineOptions(command, defaultSeeds)
    .option(
      '--darts <run>',
      'also compare a run of `mixop search`: its derived cells, the last first, then samples from its alphas; one run for each of --seeds (repeatable), or a folder of runs',
      gather,
      [],
    )
    .option(
      '--single-level <run>',
      'the same for runs with --set alphas.split=training, the control of --darts (repeatable)',
      gather,
      [],
    )
    .option(
      '--set <strategy.key=value>',
      'a setting of a strategy, as one-shot.top=5 or aging-evolution.population=20 (repeatable)',
      gather,
      [],
    )
    .option('--out <folder>', 'folder for the runs and the report')
    .option('--resume', 'continue what is in --out')
    .option('--json', 'print the comparison as one JSON object, for programs')
    .addHelpText('after', examples)
    .action(run);
}

/** As `placeOf`, but runs of searches by gradient that a flag named are placed at that flag. */
function placeAmong(searches: Readonly<Record<string, readonly string[]>>): PlaceOf {
  return (path, part) => {
    const [first, strategy = '', key] = path;
    const byFlag = first === 'settings' && key === 'run' && (searches[strategy] ?? []).length > 0;
    return byFlag ? `--${strategy}` : placeOf(path, part);
  };
}

async function run(named: readonly string[], flags: Flags): Promise<void> {
  const { out, json = false, resume = false } = flags;
  const { seeds = defaultSeeds, ...shared } = configOf(flags);
  const config = { ...shared, seeds };
  const searches = { darts: flags.darts, 'single-level': flags.singleLevel };
  const found = Object.entries(searches).filter(([, runs]) => runs.length > 0);
  const settings = merge([
    ...found.map(([name, runs]) => ({ values: { [name]: { run: runs } } })),
    ...flags.set.map((text) => setLayer(text)),
  ]) as NonNullable<CompareOptions['settings']>;
  const strategies = [...named, ...found.map(([name]) => name)];
  const other = Object.keys(settings).find((name) => name !== control && !strategies.includes(name));
  if (other !== undefined)
    throw new MixopError(
      'usage',
      `--set ${other}`,
      'is not one of the compared strategies',
      'add the strategy, or omit the setting',
    );
  if (out === undefined)
    throw new MixopError('usage', '--out', 'is missing', 'name a folder for the runs and the report');
  const view = baselineView({ json });
  const comparison = await interruptible(view, (signal) =>
    compareStrategies({
      strategies,
      config,
      settings,
      placeOf: placeAmong(searches),
      out,
      resume,
      executor: executorOptions(flags),
      workers: flags.workers,
      onProgress: (progress) => view.show(progress),
      signal,
    }),
  );
  if (!comparison.finished) throw stopped('comparison', out);
  console.log(json ? JSON.stringify(comparison) : textOf(comparison, out));
}

function textOf(comparison: Comparison, out: string): string {
  const results = comparisonTable(comparison);
  const { note, table: tests } = significance(comparison);
  const fronts = frontTable(comparison);
  return [
    '',
    table(results.head, results.rows, [...results.head.keys()].slice(1)),
    '',
    note,
    ...(tests ? [table(tests.head, tests.rows, [...tests.head.keys()].slice(1))] : []),
    '',
    ...(fronts ? [fronts.note, table(fronts.head, fronts.rows, [1, 2, 3]), ''] : []),
    `report  ${join(out, reportFile)}`,
    `curves  ${join(out, curvesFile)}`,
    ...(fronts ? [`fronts  ${join(out, frontFile)}`] : []),
  ].join('\n');
}

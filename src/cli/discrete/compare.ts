// `mixop compare`: several strategies without gradient under equal budgets, random search always among them.

import { join } from 'node:path';
import { Command } from 'commander';
import { MixopError } from '../../base/errors.ts';
import { writeAtomic } from '../../runs/files.ts';
import { folderContent } from '../../runs/folder-content.ts';
import type { PlaceOf } from '../../engine/config-error.ts';
import { compare, type CompareOptions, type Comparison } from '../../discrete-search/compare.ts';
import { drawCurves } from '../../discrete-search/results/draw-curves.ts';
import { drawFronts } from '../../discrete-search/results/draw-front.ts';
import {
  comparisonTable,
  curvesFile,
  frontFile,
  frontTable,
  reportText,
  significanceTable,
} from '../../discrete-search/results/report.ts';
import { control, fewestSeeds } from '../../discrete-search/results/standings.ts';
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
import { listenForInterrupts } from '../terminal/interrupt.ts';
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

--out gets a run folder for every strategy, report.md, ${curvesFile} and, with --objective, ${frontFile}. Random search runs along, whatever is named.`;

export function compareCommand(): Command {
  const command = new Command('compare')
    .description('strategies without gradient under equal budgets: curves, intervals, significance')
    .argument('<strategies...>', 'as `mixop baseline` names them');
  return withBaselineOptions(command, defaultSeeds)
    .option(
      '--darts <run>',
      'also what a run of `mixop search` derived, the last cells first, then draws from its alphas; one for each of --seeds (repeatable), or a folder of them',
      gather,
      [],
    )
    .option(
      '--single-level <run>',
      'the same of runs with --set alphas.split=training, the control of --darts (repeatable)',
      gather,
      [],
    )
    .option(
      '--set <strategy.key=value>',
      "a setting of a strategy's, as one-shot.top=5 or aging-evolution.population=20 (repeatable)",
      gather,
      [],
    )
    .option('--out <folder>', 'the folder of the runs and the report')
    .option('--resume', 'go on with what is in --out')
    .option('--json', 'print the comparison as one JSON object, for programs')
    .addHelpText('after', examples)
    .action(run);
}

/** As `placeOf`, where flags gave the runs of searches by gradient. */
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
      'is none of the compared strategies',
      'name it, or leave it out',
    );
  if (out === undefined)
    throw new MixopError('usage', '--out', 'is missing', 'give the folder for the runs and the report');
  if ((await folderContent(out)) === 'run')
    throw new MixopError('run', out, 'is a run of its own', 'give another folder for the comparison');
  const view = baselineView({ json });
  const interrupts = listenForInterrupts(() => view.stopping());
  let comparison: Comparison;
  try {
    comparison = await compare({
      strategies,
      config,
      settings,
      placeOf: placeAmong(searches),
      out,
      resume,
      executor: executorOptions(flags),
      workers: flags.workers,
      onProgress: (progress) => view.show(progress),
      signal: interrupts.signal,
    });
  } finally {
    view.close();
    interrupts.close();
  }
  if (!comparison.finished) throw stopped('comparison', out);
  if (comparison.rows.length === 0)
    throw new MixopError('config', '--budget', 'no evaluation fits into it', 'give more');
  const curves = comparison.rows.map(({ strategy, curve }) => ({ name: strategy, points: curve }));
  await writeAtomic(
    join(out, curvesFile),
    drawCurves(curves, comparison.axis, `best ${comparison.scoreName} so far`),
  );
  const fronts = comparison.rows.flatMap(({ strategy, front }) =>
    front ? [{ name: strategy, ...front }] : [],
  );
  const [first] = fronts;
  if (first !== undefined)
    await writeAtomic(join(out, frontFile), drawFronts(fronts, first.objective, comparison.scoreName));
  await writeAtomic(join(out, 'report.md'), reportText(comparison, seeds));
  if (json) {
    console.log(JSON.stringify(comparison));
    return;
  }
  const results = comparisonTable(comparison);
  const tests = significanceTable(comparison);
  const significance =
    seeds < fewestSeeds
      ? [`a test of significance needs ${fewestSeeds} searches or more (--seeds)`]
      : [
          `how likely such scores were, were the row not above the column (one-sided Mann-Whitney; ${control} is the control):`,
          table(tests.head, tests.rows, [...tests.head.keys()].slice(1)),
        ];
  const trades = frontTable(comparison);
  console.log(
    [
      '',
      table(results.head, results.rows, [...results.head.keys()].slice(1)),
      '',
      ...significance,
      '',
      ...(trades ? [trades.note, table(trades.head, trades.rows, [1, 2, 3]), ''] : []),
      `report  ${join(out, 'report.md')}`,
      `curves  ${join(out, curvesFile)}`,
      ...(first ? [`fronts  ${join(out, frontFile)}`] : []),
    ].join('\n'),
  );
}

// `mixop baseline`: a strategy without gradient, on a benchmark's table.

import { Command } from 'commander';
import { MixopError } from '../base/errors.ts';
import type { MeanOf } from '../discrete-baselines/statistics.ts';
import type { BaselineConfigInput } from '../search/baseline/config.ts';
import { baseline, type BaselineResult } from '../search/baseline/run.ts';
import { searchSpaceNames } from '../search/baseline/spaces.ts';
import { strategies } from '../search/baseline/strategies.ts';
import { baselineView } from './baseline-view.ts';
import { budgetOf, columnsOf, gather, wholeNumber } from './baseline-options.ts';
import { merge, placeIn, setLayer } from './config-layers.ts';
import { listenForInterrupts } from './interrupt.ts';
import { whole } from './progress-text.ts';
import { table } from './table.ts';

interface Flags {
  readonly space?: string;
  readonly table?: string;
  readonly guide?: string;
  readonly report?: readonly string[];
  readonly budget: readonly string[];
  readonly seeds: number;
  readonly seed: number;
  readonly batch: number;
  readonly set: readonly string[];
  readonly out?: string;
  readonly resume?: boolean;
  readonly json?: boolean;
}

const examples = `
Strategies:
${Object.values(strategies)
  .map(({ name, summary }) => `  ${name.padEnd(17)} ${summary}`)
  .join('\n')}

Examples:
  mixop baseline random --table nb201.csv.gz --budget 200 --seeds 500
  mixop baseline aging-evolution --table nb201.csv.gz --budget 12000s --seeds 500 --out runs/aging
  mixop baseline aging-evolution --table nb201.csv.gz --budget 500 --set population=100 --set sample=25
  mixop baseline local-search --table nasbench-macro-cifar10.csv --budget 300 --guide mean

A table is the CSV of NAS-Bench-201 or of NAS-Bench-Macro, plain or .gz. An evaluation looks an architecture up; its
seconds are those of the training that the table reports. The figures of the best architecture by --guide are given.`;

export function baselineCommand(): Command {
  return new Command('baseline')
    .description('search without a gradient: random, local, evolution, policies; on a benchmark table')
    .argument('<strategy>', Object.keys(strategies).join(', '))
    .option('--table <file>', "CSV of the benchmark's results")
    .option('--space <name>', `search space: ${searchSpaceNames.join(', ')} (default: the table's)`)
    .option('--guide <column>', 'what the search maximises (default: c10_valid_e12 or mean)')
    .option('--report <columns>', 'columns given beside it, separated by commas', columnsOf)
    .option(
      '--budget <limit>',
      'where a search ends: 500 (evaluations), 12000s, 600epochs; repeatable, the first reached counts',
      gather,
      [],
    )
    .option('--seeds <n>', 'searches, each with the next seed', wholeNumber('--seeds', 1), 1)
    .option('--seed <n>', 'of the first search', wholeNumber('--seed', 0), 0)
    .option('--batch <n>', 'evaluations between two times it learns', wholeNumber('--batch', 1), 1)
    .option('--set <key=value>', "a setting of the strategy's, as population=100 (repeatable)", gather, [])
    .option('--out <folder>', 'the run folder: ledger, checkpoints, result (default: nothing is saved)')
    .option('--resume', 'go on with the run in --out')
    .option('--json', 'print the result as one JSON object, for programs')
    .addHelpText('after', examples)
    .action(run);
}

async function run(strategy: string, flags: Flags): Promise<void> {
  const { out, json = false, resume = false } = flags;
  if (resume && out === undefined)
    throw new MixopError(
      'usage',
      '--resume',
      'needs --out, the folder of the run',
      'name it, as --out runs/a',
    );
  const layers = flags.set.map(setLayer);
  const view = baselineView({ json });
  const interrupts = listenForInterrupts(() => view.stopping());
  let result: BaselineResult;
  try {
    result = await baseline({
      config: configOf(strategy, flags, merge(layers)),
      placeOf: (path, part) =>
        path[0] === 'settings' ? placeIn(layers)(path.slice(1), part) : `--${path[0]}`,
      ...(out !== undefined && { out, resume }),
      onProgress: (progress) => view.show(progress),
      signal: interrupts.signal,
    });
  } finally {
    view.close();
    interrupts.close();
  }
  if (json) {
    const { lines, ...rest } = result;
    console.log(JSON.stringify({ evaluations: lines.length, ...rest }));
  }
  if (!result.finished) {
    const [problem, remedy] =
      out === undefined
        ? ['stopped; nothing was saved', 'give --out to be able to go on']
        : [`stopped and saved in ${out}`, 'go on with the same command and --resume'];
    throw new MixopError('interrupted', `after ${whole(result.lines.length)} evaluations`, problem, remedy);
  }
  if (!json) console.log(reportOf(result));
}

/** Flags as the configuration has them. */
export function configOf(
  strategy: string,
  { space, table, guide, report, budget, seeds, seed, batch }: Omit<Flags, 'set'>,
  settings: Readonly<Record<string, unknown>>,
): BaselineConfigInput {
  if (table === undefined)
    throw new MixopError('usage', '--table', 'is missing', "give the CSV of a benchmark's results");
  return {
    strategy,
    settings,
    table,
    ...(space !== undefined && { space }),
    ...(guide !== undefined && { guide }),
    ...(report !== undefined && { report: [...report] }),
    budget: budgetOf(budget),
    seeds,
    seed,
    batch,
  };
}

function row(name: string, { mean, deviation, interval }: MeanOf): string[] {
  const range =
    interval === undefined ? '' : `${(mean - interval).toFixed(3)} to ${(mean + interval).toFixed(3)}`;
  return [name, mean.toFixed(3), deviation.toFixed(3), range];
}

function reportOf({ config, summary, text, optimum, out }: BaselineResult): string {
  if (summary === undefined) return 'no evaluation fits into the budget';
  const { score, metrics, evaluations, seconds } = summary;
  const rows = [
    row('score (guide)', score),
    row('regret', { ...score, mean: optimum - score.mean }),
    ...Object.entries(metrics).map(([name, of]) => row(name, of)),
    row('evaluations', evaluations),
    row('seconds', seconds),
  ];
  return [
    `${config.strategy}, best of each of ${whole(config.seeds)} searches:`,
    table(['', 'mean', 'deviation', '95 % interval of the mean'], rows, [1, 2]),
    '',
    `best of all  ${summary.best.score} (seed ${summary.best.seed}, evaluation ${summary.best.id + 1})`,
    `             ${text}`,
    ...(out === undefined ? [] : [`run          ${out}`]),
  ].join('\n');
}

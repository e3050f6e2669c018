// `mixop baseline`: a strategy without gradient, on a benchmark's table, on shared weights, by short trainings or by
// scores of untrained networks.

import { join } from 'node:path';
import { Command } from 'commander';
import * as z from 'zod';
import { MixopError } from '../../base/errors.ts';
import type { MeanOf } from '../../base/statistics.ts';
import { shortSchema } from '../../networks/config.ts';
import { type BaselineConfigInput, zeroCostSchema } from '../../discrete-search/config.ts';
import type { Front } from '../../discrete-search/results/front.ts';
import { frontFile } from '../../discrete-search/results/file-names.ts';
import { frontPoints, meanText } from '../../discrete-search/results/tables.ts';
import type { BaselineResult } from '../../discrete-search/options.ts';
import { baseline } from '../../discrete-search/run.ts';
import { resumedBaseline } from '../../discrete-search/resumed-config.ts';
import { defaultExecutor } from '../../engine/executors.ts';
import { folderContent } from '../../runs/folder-content.ts';
import { zeroCostScores } from '../../zero-cost/scores.ts';
import {
  type BaselineFlags,
  configOf,
  givenConfig,
  placeOf,
  strategiesHelp,
  strategyNames,
  withBaselineOptions,
} from './baseline-options.ts';
import { baselineView } from './baseline-view.ts';
import { merge, setLayer } from '../options/config-layers.ts';
import { gather } from '../options/config-options.ts';
import { executorOptions } from '../options/executor-option.ts';
import { interruptible } from '../terminal/interrupt.ts';
import { whole } from '../terminal/progress-text.ts';
import { stoppingText } from './stopping-text.ts';
import { table } from '../terminal/table.ts';
import { typeNext } from '../terminal/type-next.ts';

interface Flags extends BaselineFlags {
  readonly set: readonly string[];
}

function keysOf({ shape }: z.ZodObject): string {
  return Object.entries({ ...shape })
    .map(([key, schema]) => {
      const standard: unknown = z.safeParse(schema, undefined).data;
      return typeof standard === 'string' || typeof standard === 'number' ? `${key}=${standard}` : key;
    })
    .join(', ');
}

const examples = `
${strategiesHelp}

Examples:
  mixop baseline random --table nb201.csv.gz --budget 200 --seeds 500
  mixop baseline aging-evolution --table nb201.csv.gz --budget 12000s --seeds 500 --out runs/aging
  mixop baseline aging-evolution --table nb201.csv.gz --budget 500 --set population=100 --set sample=25
  mixop baseline asha --table nb201.csv.gz --guide c10_valid_e200 --budget 12000s \\
    --set resource=epochs --set min=12 --set max=200 --set eta=17
  mixop baseline random --table nb201.csv.gz --columns nb201-latency-ms.csv.gz --objective 1080ti_1 --budget 500
  mixop baseline local-search --table nasbench-macro-cifar10.csv --budget 300 --guide mean

  mixop baseline aging-evolution --weights runs/paths --images 1000 --budget 100 --out runs/evolved

  mixop baseline random --weights runs/paths --budget 300 --batch 4 --workers 2 --out runs/random

  mixop baseline aging-evolution --train data=fashion-mini --train epochs=3 --train channels=8 --train cells=4 \\
    --budget 50 --batch 2 --workers 2 --out runs/trained
  mixop baseline asha --train data=digits --train channels=8 --train cells=3 --budget 30epochs \\
    --set resource=epochs --set min=1 --set max=9
  mixop baseline random --train data=fashion-mini --train channels=8 --train cells=4 --train epochs=20 \\
    --stop-early svr --budget 600epochs --out runs/stopped

  mixop baseline tournament --space evolved-chain --train data=digits --train epochs=3 --budget 300 --out runs/evolved
  mixop baseline q-learning --space metaqnn --train data=digits --train channels=4 --train epochs=2 \\
    --set schedule=0.02 --budget 80
  mixop baseline pnas --space pnas --train data=digits --train channels=4 --train cells=3 --train epochs=2 \\
    --set keep=32 --budget 264 --out runs/grown
  mixop baseline growing-evolution --space hierarchical --train data=digits --train channels=4 --train cells=2 \\
    --train epochs=2 --budget 60
  mixop baseline aging-evolution --zero-cost score=naswot --zero-cost data=fashion-mini --zero-cost cells=1 \\
    --space nasbench201 --budget 100
  mixop baseline aging-evolution --train data=digits --train epochs=3 --sizes cells=2,3,4 --sizes channels=4,8 \\
    --objective params --budget 60 --out runs/sized
  mixop baseline --out runs/sized --resume                continue a run that was stopped

--table reads the CSV of NAS-Bench-201 or NAS-Bench-Macro, plain or .gz. An evaluation looks up an architecture and costs
the seconds that its training took according to the table. The result is the best architecture by --guide.
--objective reports the Pareto front: the architectures that no other beats in both score and params, flops
(multiply-adds) or a column. Strategies do not see it. Latencies of pixel3 and raspi4 below 0.5 ms are measurement
errors and treated as missing.
--weights scores by a run of \`mixop supernet\` or \`mixop search\`: the validation accuracy of the architecture's operations
with the weights of that run. Batch norms use the statistics of the batch.
--train scores by short trainings: the accuracy of the architecture's own network on held-out training images. Settings,
with their defaults: ${keysOf(shortSchema)}.
--sizes makes the number of cells or channels part of what is searched.
With a strategy that has parents (tournament), children inherit their parents' weights where shapes are unchanged. The
folder weights/ of --out keeps them as long as they may be inherited.
--stop-early checks each training every 5 epochs from epoch 10 on (every, from), once 10 trainings are complete (first).
It stops those where P(last accuracy > best of the complete ones) is below 0.001 (risk); their score is the accuracy so far.
--zero-cost scores networks with random weights by a pass over one batch: ${Object.keys(zeroCostScores).join(', ')}.
A network without a score gets -1e9. Settings, with their defaults: ${keysOf(zeroCostSchema)}.

Spaces without a supernet:
  evolved-chain        Real et al. 2017; channels: of the first convolution before it evolves
  metaqnn              Baker et al. 2017; channels: of the narrowest convolution
  hierarchical         Liu et al. 2018; cells: one at each size of the image
  nasnet               Zoph et al. 2018: two cells of five blocks; genotypes for mixop retrain
  pnas                 Liu et al. 2018: one cell of five blocks, grown from one by the strategy pnas; as above
  nasbench-macro       Su et al. 2021; channels: of the first convolution`;

export function baselineCommand(): Command {
  const command = new Command('baseline')
    .description(
      'search without a gradient: on a table, shared weights, short trainings or untrained networks',
    )
    .argument('[strategy]', `may be omitted with --resume; one of ${strategyNames}`);
  return withBaselineOptions(command, 1)
    .option('--set <key=value>', 'a setting of the strategy, as population=100 (repeatable)', gather, [])
    .option('--out <folder>', 'the run folder: ledger, checkpoints, result (default: nothing is saved)')
    .option('--resume', 'continue the run in --out')
    .option('--json', 'print the result as one JSON object, for programs')
    .addHelpText('after', examples)
    .action(run);
}

/** The configuration: of a run that is resumed the one in its folder, otherwise the flags. */
async function configured(strategy: string | undefined, flags: Flags): Promise<BaselineConfigInput> {
  const { out, resume = false, set } = flags;
  const settings = merge(set.map((text) => setLayer(text)));
  const given = givenConfig(flags);
  if (resume && out !== undefined && (strategy === undefined || (await folderContent(out)) === 'run')) {
    const chosen = { ...(strategy !== undefined && { strategy }), ...(set.length > 0 && { settings }) };
    return resumedBaseline(out, { ...given, ...chosen });
  }
  if (strategy !== undefined) return { ...configOf(flags), strategy, settings };
  throw new MixopError('usage', 'strategy', 'is missing', `name one of ${strategyNames}`);
}

async function run(strategy: string | undefined, flags: Flags): Promise<void> {
  const { out, json = false, resume = false } = flags;
  const config = await configured(strategy, flags);
  const view = baselineView({ json });
  const result = await interruptible(view, (signal) =>
    baseline({
      config,
      placeOf,
      ...(out !== undefined && { out, resume }),
      executor: executorOptions(flags),
      workers: flags.workers,
      onProgress: (progress) => view.show(progress),
      signal,
    }),
  );
  if (json) {
    const { lines, ...rest } = result;
    console.log(JSON.stringify({ evaluations: lines.length, ...rest }));
  }
  if (!result.finished) {
    const again = out === undefined ? undefined : resumption(out, flags);
    throw stopped(`after ${whole(result.lines.length)} evaluations`, out, again);
  }
  if (!json) console.log(reportOf(result));
}

function resumption(out: string, { executor, workers }: Flags): string {
  const other = executor === undefined || executor === defaultExecutor ? [] : ['--executor', executor];
  const many = workers > 1 ? ['--workers', String(workers)] : [];
  return `continue with: ${typeNext('baseline', '--out', out, '--resume', ...other, ...many)}`;
}

/** The error with which Ctrl-C ends a command. */
export function stopped(
  place: string,
  out: string | undefined,
  again = 'continue with the same command and --resume',
): MixopError {
  const [problem, remedy] =
    out === undefined
      ? ['stopped; nothing was saved', 'give --out, and it can be continued']
      : [`stopped and saved in ${out}`, again];
  return new MixopError('interrupted', place, problem, remedy);
}

function row(name: string, { mean, deviation, interval }: MeanOf): string[] {
  const range =
    interval === undefined ? '' : `${(mean - interval).toFixed(3)} to ${(mean + interval).toFixed(3)}`;
  return [name, mean.toFixed(3), deviation.toFixed(3), range];
}

function reportOf({
  config,
  summary,
  text,
  scoreName,
  optimum,
  stopping,
  front,
  out,
}: BaselineResult): string {
  if (summary === undefined) return 'the budget allows not a single evaluation';
  const { score, metrics, evaluations, seconds } = summary;
  const rows = [
    row(`score (${scoreName})`, score),
    ...(optimum === undefined ? [] : [row('regret', { ...score, mean: Math.max(0, optimum - score.mean) })]),
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
    ...(front === undefined ? [] : frontText(front)),
    ...(stopping === undefined ? [] : [`stop early   ${stoppingText(stopping)}`]),
    ...(out === undefined ? [] : [`run          ${out}`]),
    ...(out === undefined || front === undefined ? [] : [`front        ${join(out, frontFile)}`]),
  ].join('\n');
}

function frontText(front: Front): readonly string[] {
  const { head, rows } = frontPoints(front);
  const covered = meanText(front.covered);
  return [
    '',
    `Pareto front of score against ${front.objective}; one search's front covers ${covered} of the range seen:`,
    table(head, rows, [0, 1, 2, 3]),
    '',
  ];
}

// `mixop predictors`: how well models of performance order the architectures of a benchmark's table.

import { Command } from 'commander';
import { MixopError } from '../base/errors.ts';
import { columnNamed } from '../data/tables/architecture-table.ts';
import { openTable } from '../data/tables/open-table.ts';
import { tableDefaults } from '../discrete-baselines/table-evaluator.ts';
import { deviation, mean } from '../base/statistics.ts';
import { measurePredictor, type PredictorScore } from '../search/predictors/measure.ts';
import { predictorNamed, predictorNames } from '../search/predictors/predictors.ts';
import { cellSpaceNamed } from '../search/baseline/spaces.ts';
import { wholeNumber } from './number-option.ts';
import { table as printed } from './table.ts';

interface Flags {
  readonly table: string;
  readonly columns?: string;
  readonly predictors: string;
  readonly train: string;
  readonly heldOut: number;
  readonly splits: number;
  readonly seed: number;
  readonly json?: boolean;
}

const examples = `
Predictors:
  ridge                linear, on 0/1 features of edges and paths
  forest               200 regression trees on the same features
  networks             five small networks on the same features
  gp-hamming, gp-path  Gaussian process on edges, or on paths
  gp                   Gaussian process on both
  gp-edit              Gaussian process on the edit distance of networks
  lstm                 five LSTMs over the decisions, as in PNAS
  nao                  LSTM encoder and predictor of NAO, trained with its decoder

Examples:
  mixop predictors --table nb201.csv.gz
  mixop predictors --table nb201.csv.gz --columns c10_valid_e12,c10_valid_e200 --train 200 --predictors gp,forest

Every split draws training and held-out architectures anew. tau (Kendall) and rho (Spearman) compare the order of the
held-out; rmse is in the column's unit; "in 90 %" is the share of held-out values inside of the predicted 90 %.`;

export function predictorsCommand(): Command {
  return new Command('predictors')
    .description('measure models of performance on a benchmark table')
    .requiredOption('--table <file>', 'CSV of NAS-Bench-201, plain or .gz')
    .option('--columns <names>', 'columns to predict, with commas between (default: what guides a search)')
    .option('--predictors <names>', 'with commas between', predictorNames.join(','))
    .option('--train <counts>', 'numbers of training architectures', '100,200,400')
    .option('--held-out <n>', 'architectures to order', wholeNumber('--held-out', 2), 1000)
    .option('--splits <n>', 'random splits', wholeNumber('--splits', 1), 20)
    .option('--seed <n>', 'of the first split', wholeNumber('--seed', 0), 0)
    .option('--json', 'print one JSON object a line, for programs')
    .addHelpText('after', examples)
    .action(run);
}

async function run(flags: Flags): Promise<void> {
  const table = await openTable(flags.table);
  const space = cellSpaceNamed(table.space, flags.table);
  const predictors = flags.predictors.split(',').map((name) => predictorNamed(name, space));
  const counts = flags.train.split(',').map(wholeNumber('--train', 2));
  const most = Math.max(...counts) + flags.heldOut;
  if (most > table.rows.size) {
    const problem = `${most} architectures are asked for`;
    throw new MixopError('usage', '--train', problem, `the table has ${table.rows.size}`);
  }
  const names = flags.columns?.split(',') ?? [tableDefaults[table.space]!.guide];
  const columns = names.map((name) => [name, columnNamed(table, name)] as const);
  const rows: string[][] = [];
  for (const [name, column] of columns) {
    for (const predictor of predictors) {
      for (const train of counts) {
        const scores = Array.from({ length: flags.splits }, (_, split) =>
          measurePredictor(predictor, table, column, {
            train,
            heldOut: flags.heldOut,
            seed: flags.seed + split,
          }),
        );
        const summary = summaryOf(scores);
        if (flags.json === true)
          console.log(JSON.stringify({ column: name, predictor: predictor.name, train, ...summary }));
        else console.error(`${name}  ${predictor.name}  ${train}: tau ${summary.tau.toFixed(3)}`);
        rows.push([name, predictor.name, String(train), ...cells(summary)]);
      }
    }
  }
  if (flags.json === true) return;
  const head = ['column', 'predictor', 'train', 'tau', '±', 'rho', 'rmse', 'in 90 %', 'fit s', 'predict s'];
  console.log(printed(head, rows, [2, 3, 4, 5, 6, 7, 8, 9]));
}

type Summary = PredictorScore & { readonly tauDeviation: number };

/** Means over splits; seconds are the least, which other work on the machine disturbs least. */
function summaryOf(scores: readonly PredictorScore[]): Summary {
  const of = (key: keyof PredictorScore): number => mean(scores.map((score) => score[key]));
  return {
    tau: of('tau'),
    tauDeviation: deviation(scores.map(({ tau }) => tau)),
    rho: of('rho'),
    rmse: of('rmse'),
    coverage90: of('coverage90'),
    fitSeconds: Math.min(...scores.map(({ fitSeconds }) => fitSeconds)),
    predictSeconds: Math.min(...scores.map(({ predictSeconds }) => predictSeconds)),
  };
}

function cells(summary: Summary): string[] {
  const { tau, tauDeviation, rho, rmse, coverage90, fitSeconds, predictSeconds } = summary;
  return [
    ...[tau, tauDeviation, rho].map((value) => value.toFixed(3)),
    ...[rmse, coverage90, fitSeconds, predictSeconds].map((value) => value.toFixed(2)),
  ];
}

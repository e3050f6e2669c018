// `mixop predictors`: how well models of performance order the architectures of a benchmark's table.

import { Command } from 'commander';
import { measureOnTable, type PredictorMeasure } from '../../discrete-search/predictors/measure-on-table.ts';
import { wholeNumber } from '../options/number-option.ts';
import { table as printed } from '../terminal/table.ts';

interface Flags {
  readonly table: string;
  readonly columns?: string;
  readonly predictors?: string;
  readonly train: string;
  readonly heldOut: number;
  readonly scores?: string;
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
  mixop predictors --table nb201.csv.gz --predictors gp,forest --scores scores.jsonl --train 100 --held-out 500

Each split draws new training and held-out architectures. tau (Kendall) and rho (Spearman) compare predicted and true
ranks of the held-out ones. rmse is in the column's unit. "in 90 %" is the share of held-out values inside the predicted
90 % interval.

--scores reads a file of \`mixop zero-cost --out\`: only the architectures in it are drawn, and each predictor is measured
with and without these scores as features.`;

export function predictorsCommand(): Command {
  return new Command('predictors')
    .description('measure models of performance on a benchmark table')
    .requiredOption('--table <file>', 'CSV of NAS-Bench-201, plain or .gz')
    .option(
      '--columns <names>',
      'columns to predict, separated by commas (default: the column that guides a search)',
    )
    .option('--predictors <names>', 'predictors, separated by commas (default: all that apply)')
    .option('--train <counts>', 'numbers of training architectures, separated by commas', '100,200,400')
    .option('--held-out <n>', 'number of held-out architectures', wholeNumber('--held-out', 2), 1000)
    .option('--scores <file>', 'file of zero-cost scores, used as features too')
    .option('--splits <n>', 'number of random splits', wholeNumber('--splits', 1), 20)
    .option('--seed <n>', 'random seed of the first split', wholeNumber('--seed', 0), 0)
    .option('--json', 'print one JSON object per line, for programs')
    .addHelpText('after', examples)
    .action(run);
}

async function run(flags: Flags): Promise<void> {
  const { table, columns, predictors, train, heldOut, scores, splits, seed, json = false } = flags;
  const measures = measureOnTable({
    table,
    ...(columns !== undefined && { columns: columns.split(',') }),
    ...(predictors !== undefined && { predictors: predictors.split(',') }),
    train: train.split(',').map(wholeNumber('--train', 2)),
    heldOut,
    splits,
    seed,
    ...(scores !== undefined && { scores }),
  });
  const rows: (readonly string[])[] = [];
  for await (const measure of measures) {
    const { column, predictor, train: count, tau } = measure;
    if (json) console.log(JSON.stringify(measure));
    else console.error(`${column}  ${predictor}  ${count}: tau ${tau.toFixed(3)}`);
    rows.push(rowOf(measure));
  }
  if (json) return;
  const head = ['column', 'predictor', 'train', 'tau', '±', 'rho', 'rmse', 'in 90 %', 'fit s', 'predict s'];
  console.log(printed(head, rows, [2, 3, 4, 5, 6, 7, 8, 9]));
}

function rowOf({ column, predictor, train, ...measure }: PredictorMeasure): readonly string[] {
  const { tau, tauDeviation, rho, rmse, coverage90, fitSeconds, predictSeconds } = measure;
  return [
    column,
    predictor,
    String(train),
    ...[tau, tauDeviation, rho].map((value) => value.toFixed(3)),
    ...[rmse, coverage90, fitSeconds, predictSeconds].map((value) => value.toFixed(2)),
  ];
}

// `mixop predictors`: how well models of performance order the architectures of a benchmark's table.

import { Command } from 'commander';
import { MixopError } from '../../base/errors.ts';
import { type ArchitectureTable, columnNamed } from '../../data/tables/architecture-table.ts';
import { openTable } from '../../data/tables/open-table.ts';
import { tableDefaults } from '../../discrete-baselines/table-evaluator.ts';
import { deviation, mean } from '../../base/statistics.ts';
import { measurePredictor, type PredictorScore } from '../../discrete-search/predictors/measure.ts';
import {
  predictorNamed,
  predictorNames,
  scorePredictorNames,
} from '../../discrete-search/predictors/predictors.ts';
import { type ScoreFeatures, scoreFeatures } from '../../discrete-search/predictors/score-features.ts';
import { cellDecisionSpaceNamed } from '../../discrete-search/spaces.ts';
import { wholeNumber } from '../options/number-option.ts';
import { readScores } from './score-file.ts';
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

Every split draws training and held-out architectures anew. tau (Kendall) and rho (Spearman) compare the order of the
held-out; rmse is in the column's unit; "in 90 %" is the share of held-out values inside of the predicted 90 %.

--scores takes what \`mixop zero-cost --out\` kept: only those architectures are drawn, and every predictor is measured
with and without their scores among its features.`;

export function predictorsCommand(): Command {
  return new Command('predictors')
    .description('measure models of performance on a benchmark table')
    .requiredOption('--table <file>', 'CSV of NAS-Bench-201, plain or .gz')
    .option('--columns <names>', 'columns to predict, with commas between (default: what guides a search)')
    .option('--predictors <names>', 'with commas between (default: all that apply)')
    .option('--train <counts>', 'numbers of training architectures', '100,200,400')
    .option('--held-out <n>', 'architectures to order', wholeNumber('--held-out', 2), 1000)
    .option('--scores <file>', 'zero-cost scores, to be features too')
    .option('--splits <n>', 'random splits', wholeNumber('--splits', 1), 20)
    .option('--seed <n>', 'of the first split', wholeNumber('--seed', 0), 0)
    .option('--json', 'print one JSON object a line, for programs')
    .addHelpText('after', examples)
    .action(run);
}

async function run(flags: Flags): Promise<void> {
  const table = await openTable(flags.table);
  const space = cellDecisionSpaceNamed(table.space, flags.table);
  const zeroCost = flags.scores === undefined ? undefined : scoresOf(flags.scores, table);
  const names =
    flags.predictors?.split(',') ?? (zeroCost === undefined ? predictorNames : scorePredictorNames);
  const predictors = names.flatMap((name) => {
    const plain = predictorNamed(name, space);
    if (zeroCost === undefined) return [plain];
    return [plain, { ...predictorNamed(name, space, zeroCost.features), name: `${name} + scores` }];
  });
  const counts = flags.train.split(',').map(wholeNumber('--train', 2));
  const most = Math.max(...counts) + flags.heldOut;
  const [there, place] =
    zeroCost === undefined ? [table.rows.size, 'the table'] : [zeroCost.among.size, flags.scores];
  if (most > there) {
    const problem = `${most} architectures are asked for, with --held-out ${flags.heldOut}`;
    throw new MixopError('usage', '--train', problem, `${place} has ${there}: give smaller numbers`);
  }
  const guides = flags.columns?.split(',') ?? [tableDefaults[table.space]!.guide];
  const columns = guides.map((name) => [name, columnNamed(table, name)] as const);
  const rows: string[][] = [];
  for (const [name, column] of columns) {
    for (const predictor of predictors) {
      for (const train of counts) {
        const scores = Array.from({ length: flags.splits }, (_, split) =>
          measurePredictor(predictor, table, column, {
            train,
            heldOut: flags.heldOut,
            seed: flags.seed + split,
            ...(zeroCost !== undefined && { among: zeroCost.among }),
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

interface Scores {
  readonly features: ScoreFeatures;
  readonly among: ReadonlySet<string>;
}

function scoresOf(path: string, table: ArchitectureTable): Scores {
  const { settings, scored } = readScores(path);
  if (settings.space !== table.space) {
    const problem = `its architectures are of ${settings.space}, those of ${table.place} of ${table.space}`;
    throw new MixopError('data', path, problem, 'score architectures of the same space');
  }
  const unknown = scored.find(({ digits }) => !table.rows.has(digits));
  if (unknown !== undefined) {
    const problem = `architecture ${unknown.digits} does not stand in ${table.place}`;
    throw new MixopError('data', path, problem, 'give the table whose architectures were scored');
  }
  const features = scoreFeatures(scored, settings.scores);
  return { features, among: new Set(scored.map(({ digits }) => digits)) };
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

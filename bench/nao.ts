// NAO's encoder, predictor and decoder on NAS-Bench-201 (Luo et al. 2018, section 4.1): trained on 600 architectures with
// their 200-epoch validation as errors by rank, tested on 1,000 others. Prints, for each seed and as means: the share of
// pairs of the others that it ranks correctly, and the shares of sequences that it reconstructs exactly.
//   npx tsx bench/nao.ts --table nb201.csv.gz [--column NAME] [--train N] [--held-out N] [--seeds N] [--set KEY=VALUE ...]
// --set: any of the settings of src/predictors/nao/fit.ts, whose defaults here are the paper's units with more dropout;
// --set unscored=10 also learns reconstruction from architectures that are neither scored nor held out, 10 a batch.

import { Random } from '../src/base/random.ts';
import { mean } from '../src/base/statistics.ts';
import { columnNamed } from '../src/data/tables/architecture-table.ts';
import { openTable } from '../src/data/tables/open-table.ts';
import { tokensOf } from '../src/discrete-baselines/tokens.ts';
import { kendallTau } from '../src/predictors/agreement.ts';
import { fitNao, naoDefaults, type NaoSettings } from '../src/predictors/nao/fit.ts';
import { rankedErrors } from '../src/predictors/nao/ranked-errors.ts';
import type { Sequence } from '../src/predictors/sequences/embedding.ts';
import { cellDecisionSpaceNamed } from '../src/discrete-search/spaces.ts';
import { checkWhole, optionsOf, stop } from './arguments.ts';

const values = optionsOf({
  table: { type: 'string' },
  column: { type: 'string', default: 'c10_valid_e200' },
  train: { type: 'string', default: '600' },
  'held-out': { type: 'string', default: '1000' },
  seeds: { type: 'string', default: '3' },
  set: { type: 'string', multiple: true, default: [] },
});
if (values.table === undefined) stop('--table is missing: give the CSV of NAS-Bench-201');
checkWhole({ train: values.train, 'held-out': values['held-out'], seeds: values.seeds });
const given = values.set.map((text): [string, number] => {
  const [key = '', value = ''] = text.split('=');
  if (!Object.hasOwn(naoDefaults, key))
    stop(`--set ${text}: known are ${Object.keys(naoDefaults).join(', ')}`);
  if (value === '' || !Number.isFinite(Number(value))) stop(`--set ${text}: give a number`);
  return [key, Number(value)];
});
const wide = { hidden: 96, epochs: 300, batch: 20, dropout: 0.6, share: 0.5 };
const settings: NaoSettings = { ...naoDefaults, ...wide, ...Object.fromEntries(given) };
const [train, heldOut, seeds] = [values.train, values['held-out'], values.seeds].map(Number) as [
  number,
  number,
  number,
];
const table = await openTable(values.table).catch((error: Error) => stop(error.message));
const column = columnOf(values.column);
const space = cellDecisionSpaceNamed(table.space, values.table);
const tokens = tokensOf(space);
const rows = [...table.rows.entries()];
console.log(`${train} to learn from, ${heldOut} held out, ${values.column}; ${JSON.stringify(settings)}`);

function columnOf(name: string): Float64Array {
  try {
    return columnNamed(table, name);
  } catch (error) {
    return stop((error as Error).message);
  }
}

interface Scores {
  readonly order: number;
  readonly learnt: number;
  readonly others: number;
  readonly byToken: number;
  readonly seconds: number;
}

function measure(seed: number): Scores {
  const random = Random.fromSeed(seed);
  const order = random.split('split').permutation(rows.length);
  const pick = (from: number, to: number): { sequences: Sequence[]; scores: Float64Array } => {
    const some = Array.from(order.subarray(from, to), (row) => rows[row]!);
    return {
      sequences: some.map(([digits]) => tokens.of(Array.from(digits, Number))),
      scores: Float64Array.from(some, ([, row]) => column[row]!),
    };
  };
  const [known, others] = [pick(0, train), pick(train, train + heldOut)];
  const start = performance.now();
  const { errors } = rankedErrors(known.scores);
  // Without their scores, and none of the held out.
  const unscored = pick(train + heldOut, rows.length).sequences;
  const draw = (of: Random): Sequence => unscored[of.below(unscored.length)]!;
  const network = fitNao(tokens.vocabulary, known.sequences, errors, settings, random.split('fit'), draw);
  const seconds = (performance.now() - start) / 1000;
  const tau = kendallTau(
    network.predict(others.sequences).map((error) => -error),
    others.scores,
  );
  const shares = (sequences: readonly Sequence[]): { exact: number; byToken: number } => {
    const decoded = network.reconstruct(sequences, (prefix) => tokens.open(prefix));
    const right = sequences.map((one, i) => one.filter((token, at) => token === decoded[i]![at]).length);
    const exact = right.map((count, i) => Number(count === sequences[i]!.length));
    return { exact: mean(exact), byToken: mean(right) / sequences[0]!.length };
  };
  const { exact, byToken } = shares(others.sequences);
  return { order: (1 + tau) / 2, learnt: shares(known.sequences).exact, others: exact, byToken, seconds };
}

const percent = (share: number): string => `${(100 * share).toFixed(2)} %`;
const line = ({ order, learnt, others, byToken, seconds }: Scores): string =>
  `order ${percent(order)}  exact: held out ${percent(others)}, learnt from ${percent(learnt)}  ` +
  `tokens held out ${percent(byToken)}  fit ${seconds.toFixed(1)} s`;
const all = Array.from({ length: seeds }, (_, seed) => {
  const scores = measure(seed);
  console.log(`seed ${seed}  ${line(scores)}`);
  return scores;
});
const keys = Object.keys(all[0]!) as (keyof Scores)[];
const means = Object.fromEntries(keys.map((key) => [key, mean(all.map((one) => one[key]))]));
console.log(`mean    ${line(means as unknown as Scores)}`);

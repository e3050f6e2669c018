// `mixop zero-cost`: how well scores of untrained networks order the architectures of a benchmark's table.

import { Command } from 'commander';
import { MixopError } from '../../base/errors.ts';
import { fingerprint } from '../../data/fingerprint.ts';
import { dataForms, openData } from '../../data/open.ts';
import { type ArchitectureTable, columnNamed } from '../../data/tables/architecture-table.ts';
import { openTable } from '../../data/tables/open-table.ts';
import { imageSpaceNamed } from '../../supernet/spaces/named.ts';
import {
  drawArchitectures,
  type SampleOptions,
  scoreArchitectures,
  type ScoredArchitecture,
  tauWith,
} from '../../zero-cost/sample.ts';
import { zeroCostNamed, zeroCostScores } from '../../zero-cost/scores.ts';
import { type ExecutorFlags, executorOptions, withExecutorOptions } from '../options/executor-option.ts';
import { listenForInterrupts } from '../terminal/interrupt.ts';
import { wholeNumber } from '../options/number-option.ts';
import { duration } from '../terminal/time-left.ts';
import { appendScore, openScores } from './score-file.ts';
import { table as printed } from '../terminal/table.ts';

interface Flags extends ExecutorFlags {
  readonly table: string;
  readonly data: string;
  readonly scores: string;
  readonly columns: string;
  readonly architectures: number;
  readonly channels: number;
  readonly cells: number;
  readonly images: number;
  readonly seed: number;
  readonly out?: string;
  readonly json?: boolean;
}

const examples = `
Scores:
${Object.values(zeroCostScores)
  .map(({ name, summary }) => `  ${name.padEnd(20)} ${summary}`)
  .join('\n')}

Examples:
  mixop zero-cost --table nb201.csv.gz --data cifar10:cifar-10-batches-bin
  mixop zero-cost --table nb201.csv.gz --data cifar10:cifar-10-batches-bin --columns c10_valid_e200,naswot_score
  mixop zero-cost --table nb201.csv.gz --scores naswot --architectures 1400 --out scores.jsonl

An architecture's network gets random weights and sees one batch; nothing is trained. tau is Kendall's, of the scores
and a column of the table; multiply-adds and parameters stand beside. A network without a score is behind all others.
With --out the same command goes on where it was stopped.`;

export function zeroCostCommand(): Command {
  const command = new Command('zero-cost')
    .description('score untrained networks, and compare the scores with a benchmark table')
    .requiredOption('--table <file>', 'CSV of NAS-Bench-201, plain or .gz')
    .option('--data <source>', `images: ${dataForms.join(', ')}`, 'digits')
    .option('--scores <names>', 'with commas between', Object.keys(zeroCostScores).join(','))
    .option('--columns <names>', 'columns to compare with, with commas between', 'c10_valid_e200')
    .option('--architectures <n>', 'drawn from the table by the seed', wholeNumber('--architectures', 2), 100)
    .option('--channels <n>', 'channels of the first cells', wholeNumber('--channels', 1), 16)
    .option('--cells <n>', 'cells a stage', wholeNumber('--cells', 1), 1)
    .option('--images <n>', 'images of the batch', wholeNumber('--images', 2), 64)
    .option('--seed <n>', 'of architectures, weights and batch', wholeNumber('--seed', 0), 0)
    .option('--out <file>', 'keeps the scores, as JSON lines')
    .option('--json', 'print one JSON object a line, for programs');
  return withExecutorOptions(command).addHelpText('after', examples).action(run);
}

async function run(flags: Flags): Promise<void> {
  const { architectures, channels, cells, images, seed, out, json = false } = flags;
  const names = flags.scores.split(',');
  const scores = names.map((name) => zeroCostNamed(name, '--scores'));
  const executor = executorOptions(flags);
  const table = await openTable(flags.table);
  const space = imageSpaceNamed(table.space);
  const columns = flags.columns.split(',').map((name) => [name, columnNamed(table, name)] as const);
  if (architectures > table.rows.size) {
    const problem = `${architectures} architectures are asked for`;
    throw new MixopError('usage', '--architectures', problem, `the table has ${table.rows.size}`);
  }
  const { train: dataset } = await openData(flags.data);
  const size = { channels, cells };
  const options: SampleOptions = { space, size, dataset, images, architectures, seed };
  const drawn = drawArchitectures(table, architectures, seed);
  const settings = { space: space.name, ...size, images, seed, scores: names };
  const before =
    out === undefined ? [] : openScores(out, { ...settings, dataFingerprint: fingerprint(dataset) });
  const known = new Map(before.map((one) => [one.digits, one]));
  const missing = drawn.filter((digits) => !known.has(digits)).length;
  const interrupts = listenForInterrupts(() =>
    console.error('stopping after this architecture; Ctrl-C again leaves at once'),
  );
  const started = Date.now();
  let done = 0;
  try {
    for await (const one of scoreArchitectures(drawn, new Set(known.keys()), scores, options, executor)) {
      known.set(one.digits, one);
      if (out !== undefined) appendScore(out, one);
      done++;
      if (done % 10 === 0 && !json) {
        const left = ((Date.now() - started) / 1000 / done) * (missing - done);
        console.error(`${done} of ${missing} architectures, ${duration(left)} left`);
      }
      if (interrupts.signal.aborted && done < missing) throw stopped(done, missing, out);
    }
  } finally {
    interrupts.close();
  }
  report(
    drawn.map((digits) => known.get(digits)!),
    table,
    columns,
    names,
    json,
  );
}

function stopped(done: number, of: number, out: string | undefined): MixopError {
  const [problem, remedy] =
    out === undefined
      ? ['stopped; nothing was saved', 'give --out to be able to go on']
      : [`stopped and saved in ${out}`, 'go on with the same command'];
  return new MixopError('interrupted', `after ${done} of ${of} architectures`, problem, remedy);
}

type Column = readonly [name: string, values: Float64Array];

function report(
  scored: readonly ScoredArchitecture[],
  table: ArchitectureTable,
  columns: readonly Column[],
  names: readonly string[],
  json: boolean,
): void {
  const measures: readonly (readonly [string, (one: ScoredArchitecture) => number])[] = [
    ...names.map((name) => [name, (one: ScoredArchitecture) => one.scores[name]!] as const),
    ['multiply-adds', (one) => one.multiplyAdds],
    ['parameters', (one) => one.parameters],
  ];
  const rows = measures.map(([name, value]) => {
    const taus = columns.map(([, column]) => tauWith(scored, value, table, column));
    const without = scored.filter((one) => value(one) === -Infinity).length;
    if (json) {
      const tau = Object.fromEntries(columns.map(([column], i) => [column, taus[i]]));
      console.log(JSON.stringify({ measure: name, architectures: scored.length, without, tau }));
    }
    return [name, ...taus.map(({ tau, compared }) => `${tau.toFixed(3)} of ${compared}`), String(without)];
  });
  if (json) return;
  const head = ['', ...columns.map(([name]) => `tau with ${name}`), 'without score'];
  console.log(printed(head, rows, [...head.keys()].slice(1)));
}

// `mixop zero-cost`: how well scores of untrained networks rank the architectures of a benchmark's table.

import { Command } from 'commander';
import { MixopError } from '../../base/errors.ts';
import { dataForms } from '../../data/open.ts';
import { zeroCostScores } from '../../zero-cost/scores.ts';
import {
  type TableAgreement,
  tableAgreement,
  type TableAgreementOptions,
} from '../../zero-cost/table-agreement.ts';
import { type ExecutorFlags, executorOptions, withExecutorOptions } from '../options/executor-option.ts';
import { listenForInterrupts } from '../terminal/interrupt.ts';
import { wholeNumber } from '../options/number-option.ts';
import { duration } from '../terminal/time-left.ts';
import { table as printed } from '../terminal/table.ts';

interface Flags extends ExecutorFlags, Omit<TableAgreementOptions, Separate> {
  readonly scores: string;
  readonly columns: string;
  readonly json?: boolean;
}

/** What flags give in another form. */
type Separate = 'scores' | 'columns' | 'executor' | 'onProgress' | 'signal';

const examples = `
Scores:
${Object.values(zeroCostScores)
  .map(({ name, summary }) => `  ${name.padEnd(20)} ${summary}`)
  .join('\n')}

Examples:
  mixop zero-cost --table nb201.csv.gz --data cifar10:cifar-10-batches-bin
  mixop zero-cost --table nb201.csv.gz --data cifar10:cifar-10-batches-bin --columns c10_valid_e200,naswot_score
  mixop zero-cost --table nb201.csv.gz --scores naswot --architectures 1400 --out scores.jsonl

Each architecture's network has random weights and sees one batch; nothing is trained. tau (Kendall) compares the scores
with a column of the table, and so do multiply-adds and parameters. A network without a score ranks last.
With --out, the same command continues where it was stopped.`;

export function zeroCostCommand(): Command {
  const command = new Command('zero-cost')
    .description('score untrained networks, and compare the scores with a benchmark table')
    .requiredOption('--table <file>', 'CSV of NAS-Bench-201, plain or .gz')
    .option('--data <source>', `images: ${dataForms.join(', ')}`, 'digits')
    .option('--scores <names>', 'scores, separated by commas', Object.keys(zeroCostScores).join(','))
    .option('--columns <names>', 'columns to compare with, separated by commas', 'c10_valid_e200')
    .option(
      '--architectures <n>',
      'number of architectures, drawn at random from the table',
      wholeNumber('--architectures', 2),
      100,
    )
    .option('--channels <n>', 'channels of the first cells', wholeNumber('--channels', 1), 16)
    .option('--cells <n>', 'cells per stage', wholeNumber('--cells', 1), 1)
    .option('--images <n>', 'images of the batch', wholeNumber('--images', 2), 64)
    .option('--seed <n>', 'random seed of architectures, weights and batch', wholeNumber('--seed', 0), 0)
    .option('--out <file>', 'file that keeps the scores, as JSON lines')
    .option('--json', 'print one JSON object per line, for programs');
  return withExecutorOptions(command).addHelpText('after', examples).action(run);
}

async function run(flags: Flags): Promise<void> {
  const { out, json = false } = flags;
  const columns = flags.columns.split(',');
  const interrupts = listenForInterrupts(() =>
    console.error('stopping after this architecture; Ctrl-C again stops at once'),
  );
  const started = Date.now();
  let result: TableAgreement;
  try {
    result = await tableAgreement({
      ...flags,
      scores: flags.scores.split(','),
      columns,
      executor: executorOptions(flags),
      onProgress(done, missing) {
        if (json || done % 10 !== 0) return;
        const left = ((Date.now() - started) / 1000 / done) * (missing - done);
        console.error(`${done} of ${missing} architectures, ${duration(left)} left`);
      },
      signal: interrupts.signal,
    });
  } finally {
    interrupts.close();
  }
  if (!result.finished) throw stopped(result, out);
  if (json) for (const measure of result.measures) console.log(JSON.stringify(measure));
  else console.log(textOf(result, columns));
}

function stopped({ done, missing }: TableAgreement, out: string | undefined): MixopError {
  const [problem, remedy] =
    out === undefined
      ? ['stopped; nothing was saved', 'give --out, and it can be continued']
      : [`stopped and saved in ${out}`, 'repeat the command to continue'];
  return new MixopError('interrupted', `after ${done} of ${missing} architectures`, problem, remedy);
}

function textOf({ measures }: TableAgreement, columns: readonly string[]): string {
  const rows = measures.map(({ measure, tau, without }) => [
    measure,
    ...columns.map((name) => `${tau[name]!.tau.toFixed(3)} of ${tau[name]!.compared}`),
    String(without),
  ]);
  const head = ['', ...columns.map((name) => `tau with ${name}`), 'without score'];
  return printed(head, rows, [...head.keys()].slice(1));
}

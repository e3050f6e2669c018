// `mixop evaluate`: a trained network's scores on images that it has not seen.

import { Command } from 'commander';
import { MixopError } from '../../base/errors.ts';
import { dataForms } from '../../data/open.ts';
import { evaluate, type EvaluateResult } from '../../networks/evaluate.ts';
import type { WhichWeights } from '../../networks/trained.ts';
import { type ExecutorFlags, executorOptions, withExecutorOptions } from '../options/executor-option.ts';
import { percent, whole } from '../terminal/progress-text.ts';
import { table } from '../terminal/table.ts';

interface Flags extends ExecutorFlags {
  readonly data?: string;
  readonly weights: string;
  readonly json?: boolean;
}

const examples = `
Examples:
  mixop evaluate runs/b                            on the images that its training held out
  mixop evaluate runs/b --weights best --json
  mixop evaluate runs/b --data idx:fashion-mnist   on the test part of other files of the same kind
  mixop evaluate runs/b/weights-last.safetensors --data fashion-mini

Of data with a test part it counts; images that a network was trained on never do.`;

export function evaluateCommand(): Command {
  const command = new Command('evaluate')
    .description('score a trained network: accuracy with its interval, classes, confusion, calibration')
    .argument('<run|file>', 'the folder of a training, or a safetensors file that mixop wrote')
    .option('--data <source>', `images: ${dataForms.join(', ')} (default: those of the run)`)
    .option('--weights <last|best>', 'of a run: after the last epoch or the best one', 'last');
  return withExecutorOptions(command)
    .option('--json', 'print one JSON object, for programs')
    .addHelpText('after', examples)
    .action(run);
}

/** What `--weights` says. */
export function weightsOf(text: string): WhichWeights {
  if (text === 'last' || text === 'best') return text;
  throw new MixopError('usage', '--weights', `is "${text}"`, 'write last or best');
}

async function run(path: string, flags: Flags): Promise<void> {
  const { data } = flags;
  const result = await evaluate({
    path,
    weights: weightsOf(flags.weights),
    ...(data !== undefined && { data }),
    ...executorOptions(flags),
  });
  console.log(flags.json === true ? JSON.stringify(result) : scoreText(result));
}

function scoreText(result: EvaluateResult): string {
  const { accuracy, interval, correct, images, loss, calibrationError, classes, confusion } = result;
  const [low, high] = interval;
  const name = (k: number): string => result.classNames?.[k] ?? String(k);
  const part = result.part === 'all' ? 'all images' : `${result.part} images`;
  const rows = classes.map(({ images, recall, precision }, k) => [
    name(k),
    whole(images),
    share(recall),
    share(precision),
    mistakes(confusion[k]!, k, name),
  ]);
  const all = [...confusion.keys()];
  return [
    `${result.file} on ${result.data}, ${part}`,
    `accuracy           ${(100 * accuracy).toFixed(2)}% (${whole(correct)} of ${whole(images)}; 95 %: ${percent(low)} to ${percent(high)})`,
    `loss               ${loss.toFixed(4)}`,
    `calibration error  ${(100 * calibrationError).toFixed(2)}%`,
    '',
    table(['class', 'images', 'recognised', 'right when said', 'taken for'], rows, [1, 2, 3]),
    '',
    'confusion: a row a class, a column a prediction',
    table(
      ['', ...all.map(name)],
      confusion.map((row, k) => [name(k), ...row.map(String)]),
      all.map((k) => k + 1),
    ),
  ].join('\n');
}

function share(value: number): string {
  return Number.isNaN(value) ? '-' : percent(value);
}

/** The three most frequent mistakes: `Shirt 12, Coat 3`. */
function mistakes(row: readonly number[], own: number, name: (k: number) => string): string {
  return [...row.entries()]
    .filter(([k, count]) => k !== own && count > 0)
    .sort((a, b) => b[1] - a[1])
    .slice(0, 3)
    .map(([k, count]) => `${name(k)} ${count}`)
    .join(', ');
}

// `mixop evaluate`: scores of a trained network on images that it has not seen.

import { Command } from 'commander';
import { dataForms } from '../../data/open.ts';
import { evaluate, type EvaluateResult } from '../../networks/evaluate.ts';
import type { WhichWeights } from '../../networks/trained.ts';
import { type ExecutorFlags, executorOptions, withExecutorOptions } from '../options/executor-option.ts';
import { oneOf } from '../options/one-of.ts';
import { percent, whole } from '../terminal/progress-text.ts';
import { table } from '../terminal/table.ts';

interface Flags extends ExecutorFlags {
  readonly data?: string;
  readonly weights: string;
  readonly json?: boolean;
}

const examples = `
Examples:
  mixop evaluate runs/b                            on the images that were held out in training
  mixop evaluate runs/b --weights best --json
  mixop evaluate runs/b --data idx:fashion-mnist   on the test images of another data set of the same kind
  mixop evaluate runs/b/weights-last.safetensors --data fashion-mini

Only test images are scored where a data set has them. Images that the network was trained on never are.`;

export function evaluateCommand(): Command {
  const command = new Command('evaluate')
    .description(
      'score a trained network: accuracy, 95 % interval, per-class results, confusion, calibration',
    )
    .argument('<run|file>', 'the run folder of a training, or a safetensors file written by mixop')
    .option('--data <source>', `images: ${dataForms.join(', ')} (default: those of the run)`)
    .option('--weights <last|best>', 'weights of a run: after the last epoch, or of the best one', 'last');
  return withExecutorOptions(command)
    .option('--json', 'print one JSON object, for programs')
    .addHelpText('after', examples)
    .action(run);
}

/** The value of `--weights`. */
export function weightsOf(text: string): WhichWeights {
  return oneOf('--weights', text, ['last', 'best']);
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
    table(['class', 'images', 'recall', 'precision', 'most confused with'], rows, [1, 2, 3]),
    '',
    'confusion matrix: rows are true classes, columns are predictions',
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

// `mixop retrain`: options, configuration, progress, what came out.

import { Command, Option } from 'commander';
import { dataForms } from '../../data/open.ts';
import { type RetrainConfigInput, resolveRetrain } from '../../networks/config.ts';
import type { RetrainProgress } from '../../networks/events.ts';
import { genotypeSpaces } from '../../supernet/spaces/named.ts';
import { retrainSeeds, type SeedsOptions, type SeedsResult } from '../../networks/retrain-seeds.ts';
import type { SeedSummary } from '../../retrain/seed-summary.ts';
import { publishedGenotypes } from '../../supernet/genotype/published.ts';
import { type ConfigFlag, merge, placed, placeIn } from '../options/config-layers.ts';
import { checkResume, type ConfigFlags, readLayers, withConfigOptions } from '../options/config-options.ts';
import {
  type ExecutorFlags,
  executorOptions,
  otherExecutor,
  withExecutorOptions,
} from '../options/executor-option.ts';
import { freeRunFolder } from '../options/free-run-folder.ts';
import { eventKeeper } from '../runs/event-file.ts';
import { interruptible, stoppedError } from '../terminal/interrupt.ts';
import { Narrator } from '../terminal/narrator.ts';
import { percent } from '../terminal/progress-text.ts';
import { showTraining } from './show-training.ts';
import { trainingTexts } from './training-texts.ts';
import { stoppingRules } from '../../predictors/curves/stopping.ts';
import { stoppingText } from '../discrete/stopping-text.ts';
import { typeNext } from '../terminal/type-next.ts';
import { wholeNumber } from '../options/number-option.ts';

/** Flags of a training's configuration. */
export const trainingFlags: readonly ConfigFlag[] = [
  { name: 'data', isText: true },
  { name: 'form', isText: true },
  ...['epochs', 'batch', 'channels', 'cells', 'seed', 'auxiliary'].map((name) => ({ name })),
  ...['trainFraction', 'dropPath', 'smoothing', 'average', 'evaluateEvery'].map((name) => ({ name })),
  { name: 'cutout', path: ['augment', 'cutout'] },
];

/** Those of `mixop retrain` alone. */
const stopFlags: readonly ConfigFlag[] = [
  { name: 'stopEarly', path: ['stopEarly', 'rule'] },
  { name: 'beside', path: ['stopEarly', 'beside'] },
];

interface Flags extends ExecutorFlags, ConfigFlags {
  readonly space?: string;
  readonly seeds: number;
  readonly tensorboard?: boolean;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

interface Shown {
  readonly json: boolean;
  /** Whether every run keeps an event file. */
  readonly tensorboard: boolean;
}

const examples = `
Published genotypes: ${Object.keys(publishedGenotypes).join(', ')}

Examples:
  mixop retrain runs/a --channels 8 --cells 4 --epochs 30          the cell that a search found, on digits
  mixop retrain DARTS_V2 --data fashion-mini --channels 8 --cells 4 --epochs 30 --seeds 3
  mixop retrain "|nor_conv_3x3~0|+|none~0|skip_connect~1|+|skip_connect~0|none~1|none~2|" --epochs 20
  mixop retrain DARTS_V2 --data cifar10:data/cifar-10-batches-bin --auxiliary --drop-path 0.2 --cutout 16
  mixop retrain DARTS_V2 --channels 8 --cells 4 --epochs 30 --seeds 20 --stop-early last --set stopEarly.first=5
  mixop retrain --out runs/b --resume                              go on with a run that was stopped

The last is as published: 600 epochs at 36 channels and 20 cells, for a machine of many days. Images that a test part
holds are held out; without one, a fifth. Ctrl-C finishes the step, saves and exits with 130.

--stop-early looks every 5 epochs from the 10th on (stopEarly.every, stopEarly.from), once 10 trainings have ended
(stopEarly.first): earlier seeds, and what --beside names. A training ends where P(last accuracy > their best) is below
0.001 (stopEarly.risk); last, svr and network foresee it from the curves that have ended, mcmc from its own curve; median
compares with the median of means so far. Accuracies are then of the trainings that ran to the end.`;

export function retrainCommand(): Command {
  const command = new Command('retrain')
    .description("train a genotype's network from scratch, and score it on held-out images")
    .argument('[genotype]', 'a published name, the folder of a run, a file, or the text itself')
    .option('--space <name>', `of a text that could be of several: ${Object.keys(genotypeSpaces).join(', ')}`)
    .option('--seeds <n>', 'train with so many seeds, from --seed on', wholeNumber('--seeds', 1), 1)
    .option(
      '--stop-early <rule>',
      `end a training that will not become the best of those that have ended: ${stoppingRules.join(', ')}`,
    )
    .addOption(
      new Option('--beside <run>', 'a training that has ended, for --stop-early (repeatable)').argParser(
        (text: string, before: readonly string[] | undefined) => [...(before ?? []), text],
      ),
    );
  return withConfigOptions(withExecutorOptions(withTrainingOptions(command)))
    .option('--out <folder>', 'the run folder (default: runs/GENOTYPE-DATA-N, the next that is free)')
    .option('--resume', 'go on with the run in --out, from its newest checkpoint')
    .option('--tensorboard', 'keep a TensorBoard event file in the run folder')
    .option('--dry-run', 'print the whole configuration and what it amounts to, and write nothing')
    .option('--json', 'print what happens as JSON lines, for programs')
    .addHelpText('after', examples)
    .action(run);
}

/** The options that `trainingFlags` reads. */
export function withTrainingOptions(command: Command, evaluateEvery = '1'): Command {
  return command
    .option('--data <source>', `images: ${dataForms.join(', ')} (default: digits)`)
    .option(
      '--train-fraction <share>',
      'train on this share of the training part and hold out the rest of it',
    )
    .option('--form <cifar|imagenet>', 'stem: one convolution, or three of stride 2 (default: cifar)')
    .option('--epochs <n>', 'how often the training images are gone through (default: 600)')
    .option('--batch <n>', 'images a step (default: 96)')
    .option('--channels <n>', 'channels of the first cells (default: 36; nasbench201: 16)')
    .option('--cells <n>', 'cells in all (default: 20), in nasbench201 a stage (default: 5)')
    .option('--auxiliary', 'a second classifier at two thirds of the depth, in training')
    .option('--drop-path <p>', 'drop paths, with this probability by the last epoch (default: 0)')
    .option('--cutout <n>', 'blank a square of n x n pixels in training images (default: 0)')
    .option('--smoothing <s>', 'label smoothing (default: 0)')
    .option('--average <decay>', 'evaluate an exponential average of the weights (default: 0, off)')
    .option(
      '--evaluate-every <n>',
      `score the held-out images every so many epochs, and last (default: ${evaluateEvery})`,
    )
    .option('--seed <n>', 'fixes weights, batches, split: equal seeds give equal results (default: 0)');
}

async function run(genotype: string | undefined, flags: Flags): Promise<void> {
  checkResume(flags);
  const layers = await readLayers(flags, [...trainingFlags, ...stopFlags]);
  const config: RetrainConfigInput = merge(layers);
  const resolved = resolveRetrain(config, placeIn(layers));
  const options: SeedsOptions & { readonly out: string } = {
    ...(genotype !== undefined && { genotype }),
    ...(flags.space !== undefined && { space: flags.space }),
    config,
    seeds: flags.seeds,
    out: flags.out ?? freeRunFolder(`${nameOf(genotype)}-retrained`, resolved.data),
    ...executorOptions(flags),
    ...(flags.resume === true && { resume: true }),
  };
  try {
    await (flags.dryRun === true ? showTraining : trainAndShow)(options, {
      json: flags.json === true,
      tensorboard: flags.tensorboard === true,
    });
  } catch (error) {
    throw placed(error, layers);
  }
}

/** What a folder is called after: the published name, the run or the file, but no text. */
function nameOf(genotype: string | undefined): string {
  if (genotype === undefined || /[(|{[]/.test(genotype)) return 'genotype';
  return genotype.split(/[/\\]/).findLast((part) => part !== '') ?? 'genotype';
}

async function trainAndShow(options: SeedsOptions & { readonly out: string }, shown: Shown): Promise<void> {
  const { json, tensorboard } = shown;
  const { out, seeds } = options;
  const events = eventKeeper(tensorboard);
  const narrator = new Narrator({ json });
  const show = narrator.listener(trainingTexts);
  const result = await interruptible(narrator, async (signal) => {
    const onProgress = (progress: RetrainProgress): void => {
      show(progress);
      events.follow(progress);
    };
    const trained = await retrainSeeds({ ...options, signal, onProgress });
    await events.settled();
    return trained;
  });
  if (json) console.log(JSON.stringify({ kind: 'result', ...plain(result) }));
  if (!result.finished) {
    const more = seeds > 1 ? ['--seeds', String(seeds)] : [];
    const again = typeNext('retrain', '--out', out, '--resume', ...more, ...otherExecutor(options));
    throw stoppedError(narrator.place, out, `continue with: ${again}`);
  }
  if (!json) console.log(trainedText(out, result));
}

/** Without the weights, which are in files. */
function plain({ runs, ...summary }: SeedsResult): object {
  const withoutWeights = runs.map(
    ({ finished, config, card, parameters, history, stop, out, artefacts }) => ({
      finished,
      config,
      card,
      parameters,
      history,
      stop,
      out,
      artefacts,
    }),
  );
  return { ...summary, runs: withoutWeights };
}

/** What a training came to, and what to do next. */
export function trainedText(out: string, { runs, last, best, stopping }: SeedsResult): string {
  const folder = runs.length === 1 ? out : runs[0]!.out;
  return [
    '',
    `accuracy  ${summaryText(last)}, after the last epoch`,
    `best      ${summaryText(best)}, of the epoch that the held-out images themselves choose`,
    ...(stopping === undefined ? [] : [`early end ${stoppingText(stopping)}`]),
    `run       ${out}`,
    `next      ${typeNext('evaluate', folder!)}    confusion, classes, calibration`,
  ].join('\n');
}

/** `97.2%`, or `97.2% +- 0.4 (95 % of the mean: 96.8% to 97.6%) over 3 seeds`. */
export function summaryText({ values, mean, deviation, interval }: SeedSummary): string {
  if (deviation === undefined || interval === undefined) return precise(mean);
  const [low, high] = interval;
  const spread = `+- ${(100 * deviation).toFixed(2)}`;
  return `${precise(mean)} ${spread} over ${values.length} seeds (95 % of the mean: ${percent(low)} to ${percent(high)})`;
}

function precise(share: number): string {
  return `${(100 * share).toFixed(2)}%`;
}

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
  mixop retrain runs/a --channels 8 --cells 4 --epochs 30          the cell of a search, on digits
  mixop retrain DARTS_V2 --data fashion-mini --channels 8 --cells 4 --epochs 30 --seeds 3
  mixop retrain "|nor_conv_3x3~0|+|none~0|skip_connect~1|+|skip_connect~0|none~1|none~2|" --epochs 20
  mixop retrain DARTS_V2 --data cifar10:data/cifar-10-batches-bin --auxiliary --drop-path 0.2 --cutout 16
  mixop retrain DARTS_V2 --channels 8 --cells 4 --epochs 30 --seeds 20 --stop-early last --set stopEarly.first=5
  mixop retrain --out runs/b --resume                              continue a stopped run

The CIFAR-10 example is the published training: 600 epochs, 36 channels, 20 cells. It takes days. The network is scored on
the data set's test images; where there are none, a fifth of the images is held out.
Ctrl-C finishes the current step, saves the run and exits with 130.

--stop-early RULE ends a training that is unlikely to become the best. It needs 10 completed trainings (stopEarly.first):
earlier seeds and the runs given with --beside. It then checks every 5 epochs (stopEarly.every) from epoch 10 on
(stopEarly.from), and stops where P(final accuracy > best so far) is below 0.001 (stopEarly.risk). last, svr and network
predict the final accuracy from completed curves, mcmc from the curve itself; median stops below the median of the running
means. Reported accuracies are those of completed trainings.`;

export function retrainCommand(): Command {
  const command = new Command('retrain')
    .description("train a genotype's network from scratch and score it on held-out images")
    .argument('[genotype]', 'a published name, a run folder, a file, or the genotype itself')
    .option(
      '--space <name>',
      `search space, where the genotype fits several: ${Object.keys(genotypeSpaces).join(', ')}`,
    )
    .option(
      '--seeds <n>',
      'number of trainings, with consecutive seeds from --seed on',
      wholeNumber('--seeds', 1),
      1,
    )
    .option(
      '--stop-early <rule>',
      `stop a training that is unlikely to become the best: ${stoppingRules.join(', ')}`,
    )
    .addOption(
      new Option(
        '--beside <run>',
        'a completed training that --stop-early compares with (repeatable)',
      ).argParser((text: string, before: readonly string[] | undefined) => [...(before ?? []), text]),
    );
  return withConfigOptions(withExecutorOptions(withTrainingOptions(command)))
    .option('--out <folder>', 'run folder (default: the next free runs/GENOTYPE-DATA-N)')
    .option('--resume', 'continue the run in --out from its newest checkpoint')
    .option('--tensorboard', 'keep a TensorBoard event file in the run folder')
    .option('--dry-run', 'print the complete configuration and the size of the training, and write nothing')
    .option('--json', 'print progress and result as JSON lines, for programs')
    .addHelpText('after', examples)
    .action(run);
}

/** The options that `trainingFlags` reads. */
export function withTrainingOptions(command: Command, evaluateEvery = '1'): Command {
  return command
    .option('--data <source>', `images: ${dataForms.join(', ')} (default: digits)`)
    .option(
      '--train-fraction <share>',
      'train on this share of the training images, and score on the rest of them',
    )
    .option(
      '--form <cifar|imagenet>',
      'stem: one convolution (cifar), or three of stride 2 (imagenet) (default: cifar)',
    )
    .option('--epochs <n>', 'training epochs (default: 600)')
    .option('--batch <n>', 'batch size (default: 96)')
    .option('--channels <n>', 'channels of the first cell (default: 36; nasbench201: 16)')
    .option('--cells <n>', 'number of cells (default: 20); for nasbench201, per stage (default: 5)')
    .option('--auxiliary', 'train with a second classifier at two thirds of the depth')
    .option('--drop-path <p>', 'drop paths at random, with this probability in the last epoch (default: 0)')
    .option('--cutout <n>', 'mask a random n x n square of each training image (default: 0, off)')
    .option('--smoothing <s>', 'label smoothing (default: 0)')
    .option('--average <decay>', 'score an exponential moving average of the weights (default: 0, off)')
    .option('--evaluate-every <n>', `score every n epochs and after the last one (default: ${evaluateEvery})`)
    .option('--seed <n>', 'random seed; equal seeds return equal results (default: 0)');
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

/** What the run folder is named after: the published name, the run or the file, but no genotype. */
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

/** The result of a training, and what to do next. */
export function trainedText(out: string, { runs, last, best, stopping }: SeedsResult): string {
  const folder = runs.length === 1 ? out : runs[0]!.out;
  return [
    '',
    `accuracy  ${summaryText(last)}, after the last epoch`,
    `best      ${summaryText(best)}, at the best epoch, which the held-out images themselves choose`,
    ...(stopping === undefined ? [] : [`stopped   ${stoppingText(stopping)}`]),
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

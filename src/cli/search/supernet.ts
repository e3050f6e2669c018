// `mixop supernet`: trains shared weights by sampled paths, for searches that score architectures on them.

import { Command } from 'commander';
import { MixopError } from '../../base/errors.ts';
import { dataForms } from '../../data/open.ts';
import { resolveConfig } from '../../search/resolve.ts';
import { samplingDefaults, samplingNamed, samplings } from '../../weight-sharing/sampling.ts';
import { trainPaths } from '../../weight-sharing/train-paths.ts';
import { imageSpaces } from '../../supernet/spaces/named.ts';
import { type ConfigFlag, merge, placeIn } from '../options/config-layers.ts';
import { type ConfigFlags, readLayers, withConfigOptions } from '../options/config-options.ts';
import { type ExecutorFlags, executorOptions, withExecutorOptions } from '../options/executor-option.ts';
import { interruptible, stoppedError } from '../terminal/interrupt.ts';
import { share, wholeNumber } from '../options/number-option.ts';
import { Narrator } from '../terminal/narrator.ts';
import { supernetEvents, supernetTexts } from './supernet-texts.ts';
import { typeNext } from '../terminal/type-next.ts';

interface Flags extends ExecutorFlags, ConfigFlags {
  readonly sampling: string;
  readonly dropout: number;
  readonly rewards: number;
  readonly json?: boolean;
}

const configFlags: readonly ConfigFlag[] = [
  { name: 'space', isText: true },
  { name: 'data', isText: true },
  ...['epochs', 'batch', 'channels', 'cells', 'seed'].map((name) => ({ name })),
];

const examples = `
Examples:
  mixop supernet --data fashion-mini --channels 8 --cells 4 --epochs 30 --out runs/paths
  mixop supernet --data fashion-mini --sampling fair --out runs/fair
  mixop supernet --data fashion-mini --sampling controller --out runs/enas
  mixop compare aging-evolution --weights runs/paths --budget 100 --out runs/compared

A step draws one architecture (uniform), or one for each operation so that every chosen edge gets each operation once
(fair), and trains only its weights, a batch each. path-dropout (One-Shot) trains the whole supernet without operations
that are dropped at random; controller (ENAS) draws from an LSTM that learns, after every epoch, from accuracies on batches
of validation images, and its best choice is the run's genotype.`;

export function supernetCommand(): Command {
  const command = new Command('supernet')
    .description('train shared weights by sampled paths, without alphas')
    .option('--space <name>', `search space: ${Object.keys(imageSpaces).join(', ')} (default: darts-cnn)`)
    .option('--data <source>', `images: ${dataForms.join(', ')} (default: digits)`)
    .option('--sampling <name>', `paths of a step: ${samplings.join(', ')}`, 'uniform')
    .option(
      '--dropout <rate>',
      'of path-dropout: how likely a node loses all its operations, reached linearly by the last step',
      share('--dropout'),
      samplingDefaults.dropout,
    )
    .option(
      '--rewards <n>',
      'of controller: architectures that it learns from after every epoch',
      wholeNumber('--rewards', 1),
      samplingDefaults.rewards,
    )
    .option('--epochs <n>', 'how often the training split is gone through (default: 50)')
    .option('--batch <n>', 'images a step (default: 64)')
    .option('--channels <n>', "channels of the first cells (default: the space's, 16)")
    .option('--cells <n>', "cells in all, in nasbench201 a stage (default: the space's, 8 and 5)")
    .option('--seed <n>', 'fixes split, weights, paths and batches (default: 0)');
  return withConfigOptions(withExecutorOptions(command))
    .option('--out <folder>', 'the run folder')
    .option('--resume', 'continue the run in --out')
    .option('--json', 'print progress and result as JSON lines, for programs')
    .addHelpText('after', examples)
    .action(run);
}

async function run(flags: Flags): Promise<void> {
  const { out, resume = false } = flags;
  if (out === undefined)
    throw new MixopError('usage', '--out', 'is missing', 'give the folder for the weights');
  const layers = await readLayers(flags, configFlags);
  const config = resolveConfig(merge(layers), placeIn(layers));
  const sampling = samplingNamed(flags.sampling);
  const json = flags.json === true;
  const narrator = new Narrator({ json });
  const show = narrator.listener(supernetTexts);
  const result = await interruptible(narrator, (signal) =>
    trainPaths({
      config,
      sampling,
      settings: { dropout: flags.dropout, rewards: flags.rewards },
      out,
      resume,
      executor: executorOptions(flags),
      onProgress: supernetEvents(show),
      signal,
    }),
  );
  if (json) console.log(JSON.stringify({ kind: 'result', ...result }));
  if (!result.finished)
    throw stoppedError(narrator.place, out, 'continue with the same options and --resume');
  if (json) return;
  const next = typeNext('baseline', 'random', '--weights', out, '--budget', '50');
  const { chosen } = result;
  const choice =
    chosen && `chosen   ${chosen.text}\n         ${chosen.accuracy.toFixed(2)} % on the validation images\n`;
  console.log(`\n${choice ?? ''}weights  ${out}\nnext     ${next}`);
}

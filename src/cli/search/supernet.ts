// `mixop supernet`: trains shared weights by sampled paths, for searches that score architectures on them.

import { Command } from 'commander';
import { MixopError } from '../../base/errors.ts';
import { dataForms } from '../../data/open.ts';
import { resolveConfig } from '../../search/resolve.ts';
import { samplingDefaults, samplingNamed, samplings } from '../../weight-sharing/sampling.ts';
import { trainPaths } from '../../weight-sharing/train-paths.ts';
import { imageSpaces } from '../../supernet/spaces/named.ts';
import { type ConfigFlag, merge, placed, placeIn } from '../options/config-layers.ts';
import {
  type ConfigFlags,
  readLayers,
  withConfigOptions,
  withSizeOptions,
} from '../options/config-options.ts';
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

--sampling chooses what each training step updates:
  uniform       the weights of one random architecture
  fair          those of one architecture per operation, so that each edge trains every operation once (FairNAS)
  path-dropout  the whole supernet except operations that are dropped at random (One-Shot)
  controller    the weights of architectures from an LSTM controller, which is trained after every epoch on validation
                accuracies (ENAS); its best architecture becomes the run's genotype`;

export function supernetCommand(): Command {
  const command = new Command('supernet')
    .description('train the shared weights of a supernet by sampling paths, without alphas')
    .option('--space <name>', `search space: ${Object.keys(imageSpaces).join(', ')} (default: darts-cnn)`)
    .option('--data <source>', `images: ${dataForms.join(', ')} (default: digits)`)
    .option('--sampling <name>', `what a step trains: ${samplings.join(', ')}`, 'uniform')
    .option(
      '--dropout <rate>',
      'for path-dropout: final probability that a node loses all its operations; it rises linearly from 0',
      share('--dropout'),
      samplingDefaults.dropout,
    )
    .option(
      '--rewards <n>',
      'for controller: architectures that it is trained on after every epoch',
      wholeNumber('--rewards', 1),
      samplingDefaults.rewards,
    );
  return withConfigOptions(withExecutorOptions(withSizeOptions(command, '', '')))
    .option('--out <folder>', 'run folder (required)')
    .option('--resume', 'continue the run in --out')
    .option('--json', 'print progress and result as JSON lines, for programs')
    .addHelpText('after', examples)
    .action(run);
}

async function run(flags: Flags): Promise<void> {
  const { out, resume = false } = flags;
  if (out === undefined)
    throw new MixopError('usage', '--out', 'is missing', 'add --out FOLDER, where the weights are saved');
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
  ).catch((error: unknown) => {
    throw placed(error, layers);
  });
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

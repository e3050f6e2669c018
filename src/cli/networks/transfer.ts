// `mixop transfer`: a search on one data set and the training of its cell on another, in one command.

import { Command } from 'commander';
import { MixopError } from '../../base/errors.ts';
import { dataForms } from '../../data/open.ts';
import { resolveRetrain } from '../../networks/config.ts';
import { transfer, type TransferConfig } from '../../networks/transfer.ts';
import type { PlaceOf } from '../../engine/config-error.ts';
import { resolveConfig } from '../../search/resolve.ts';
import { imageSpaces } from '../../supernet/spaces/named.ts';
import { type ConfigFlag, merge, placeIn } from '../options/config-layers.ts';
import { checkResume, type ConfigFlags, readLayers, withConfigOptions } from '../options/config-options.ts';
import {
  type ExecutorFlags,
  executorOptions,
  otherExecutor,
  withExecutorOptions,
} from '../options/executor-option.ts';
import { freeRunFolder } from '../options/free-run-folder.ts';
import { interruptible, stoppedError } from '../terminal/interrupt.ts';
import { wholeNumber } from '../options/number-option.ts';
import { Narrator } from '../terminal/narrator.ts';
import { trainedText } from './retrain.ts';
import { searchTexts } from '../search/search-texts.ts';
import { trainingTexts } from './training-texts.ts';
import { typeNext } from '../terminal/type-next.ts';

const sizes = ['channels', 'cells', 'epochs', 'batch'] as const;
const capital = (name: string): string => `search${name[0]!.toUpperCase()}${name.slice(1)}`;

/** Flags without a prefix are of the training, except what both share. */
const transferFlags: readonly ConfigFlag[] = [
  { name: 'from', path: ['search', 'data'], isText: true },
  { name: 'to', path: ['retrain', 'data'], isText: true },
  { name: 'space', path: ['search', 'space'], isText: true },
  { name: 'seed', path: ['search', 'seed'] },
  { name: 'seed', path: ['retrain', 'seed'] },
  ...sizes.map((name) => ({ name: capital(name), path: ['search', name] })),
  ...sizes.map((name) => ({ name, path: ['retrain', name] })),
];

interface Flags extends ExecutorFlags, ConfigFlags {
  readonly seeds?: number;
  readonly json?: boolean;
}

const examples = `
Examples:
  mixop transfer --from digits --to fashion-mini --search-channels 4 --search-cells 3 --search-epochs 8 \\
                 --channels 8 --cells 4 --epochs 30 --seeds 3
  mixop transfer --from fashion-mini --to cifar10:data/cifar-10-batches-bin --set retrain.dropPath=0.2
  mixop transfer --config transfer.yaml                the keys of search and of retrain, under these two names
  mixop transfer --out runs/a --resume                 go on with a transfer that was stopped

Image size, channels and classes of the two may differ: nothing but the cell is carried over. The folder holds two
runs, search and retrained, for every command that takes one.`;

export function transferCommand(): Command {
  const command = new Command('transfer')
    .description('search a cell on one data set, and train its network on another')
    .option('--from <source>', `images to search on: ${dataForms.join(', ')} (default: digits)`)
    .option('--to <source>', 'images to train and score on, in the same forms (default: digits)')
    .option('--space <name>', `search space: ${Object.keys(imageSpaces).join(', ')} (default: darts-cnn)`)
    .option('--search-channels <n>', 'of the search: channels of the first cells')
    .option('--search-cells <n>', 'of the search: cells in all, in nasbench201 a stage')
    .option('--search-epochs <n>', 'of the search: how often its training split is gone through')
    .option('--search-batch <n>', 'of the search: images a step, of each split')
    .option('--channels <n>', 'of the training: channels of the first cells (default: 36; nasbench201: 16)')
    .option('--cells <n>', 'of the training: cells in all (default: 20), in nasbench201 a stage (default: 5)')
    .option('--epochs <n>', 'of the training: how often its images are gone through (default: 600)')
    .option('--batch <n>', 'of the training: images a step (default: 96)')
    .option('--seed <n>', 'of both: fixes weights, batches, splits (default: 0)')
    .option(
      '--seeds <n>',
      'train with so many seeds, from --seed on (default: 1)',
      wholeNumber('--seeds', 1),
    );
  return withConfigOptions(withExecutorOptions(command))
    .option('--out <folder>', 'a folder of both runs (default: runs/transfer-DATA-N, the next that is free)')
    .option('--resume', 'go on with the transfer in --out')
    .option('--json', 'print what happens as JSON lines, for programs')
    .addHelpText('after', examples)
    .action(run);
}

async function run(flags: Flags): Promise<void> {
  checkResume(flags);
  const layers = await readLayers(flags, transferFlags);
  const config = merge(layers);
  checkKeys(config, placeIn(layers));
  const { search, retrain } = config as TransferConfig;
  const below =
    (key: string): PlaceOf =>
    (path, part) =>
      placeIn(layers)([key, ...path], part);
  resolveConfig(search ?? {}, below('search'));
  const resolved = resolveRetrain(retrain ?? {}, below('retrain'));
  const out = flags.out ?? freeRunFolder('transfer', resolved.data);
  const json = flags.json === true;
  const narrator = new Narrator({ json });
  const result = await interruptible(narrator, (signal) =>
    transfer({
      ...(search && { search }),
      ...(retrain && { retrain }),
      ...(flags.seeds !== undefined && { seeds: flags.seeds }),
      ...executorOptions(flags),
      out,
      ...(flags.resume === true && { resume: true }),
      signal,
      onSearch: narrator.listener(searchTexts),
      onRetrain: narrator.listener(trainingTexts),
    }),
  );
  if (!result.finished) {
    const again = typeNext('transfer', '--out', out, '--resume', ...otherExecutor(flags));
    throw stoppedError(narrator.place, out, `continue with: ${again}`);
  }
  const { retrained } = result;
  if (json) console.log(JSON.stringify({ kind: 'result', finished: true, out, last: retrained!.last }));
  else console.log(`\ngenotype  ${result.search.text}${trainedText(`${out}/retrained`, retrained!)}`);
}

/** A configuration of two parts, and nothing beside them. */
function checkKeys(config: Readonly<Record<string, unknown>>, placeOf: PlaceOf): void {
  for (const key of Object.keys(config)) {
    if (key === 'search' || key === 'retrain') continue;
    const remedy = `write search.${key} or retrain.${key}`;
    throw new MixopError('config', placeOf([key], 'key'), 'is of neither part', remedy);
  }
}

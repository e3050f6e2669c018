// `mixop transfer`: a search on one data set and the training of its cell on another, in one command.

import { Command } from 'commander';
import { MixopError } from '../../base/errors.ts';
import { dataForms } from '../../data/open.ts';
import { resolveRetrain } from '../../networks/config.ts';
import { transfer, type TransferConfig } from '../../networks/transfer.ts';
import type { PlaceOf } from '../../engine/config-error.ts';
import { resolveConfig } from '../../search/resolve.ts';
import { imageSpaces } from '../../supernet/spaces/named.ts';
import { type ConfigFlag, merge, placed, placeIn } from '../options/config-layers.ts';
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

/** Flags without a prefix set the training, except those that set both. */
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
  mixop transfer --config transfer.yaml                with the keys of both parts under search: and retrain:
  mixop transfer --out runs/a --resume                 continue a stopped transfer

Image size, channels and classes of the two data sets may differ: only the cell is carried over. --out holds two runs,
search and retrained, which other commands accept as any run.`;

export function transferCommand(): Command {
  const command = new Command('transfer')
    .description('search for a cell on one data set and train its network on another')
    .option('--from <source>', `images to search on: ${dataForms.join(', ')} (default: digits)`)
    .option('--to <source>', 'images to train and score on, given likewise (default: digits)')
    .option('--space <name>', `search space: ${Object.keys(imageSpaces).join(', ')} (default: darts-cnn)`)
    .option('--search-channels <n>', 'search: channels of the first cell')
    .option('--search-cells <n>', 'search: number of cells; for nasbench201, per stage')
    .option('--search-epochs <n>', 'search: training epochs')
    .option('--search-batch <n>', 'search: batch size, for each of the two splits')
    .option('--channels <n>', 'training: channels of the first cell (default: 36; nasbench201: 16)')
    .option('--cells <n>', 'training: number of cells (default: 20); for nasbench201, per stage (default: 5)')
    .option('--epochs <n>', 'training: epochs (default: 600)')
    .option('--batch <n>', 'training: batch size (default: 96)')
    .option('--seed <n>', 'random seed of both (default: 0)')
    .option(
      '--seeds <n>',
      'number of trainings, with consecutive seeds from --seed on (default: 1)',
      wholeNumber('--seeds', 1),
    );
  return withConfigOptions(withExecutorOptions(command))
    .option('--out <folder>', 'folder for both runs (default: the next free runs/transfer-DATA-N)')
    .option('--resume', 'continue the transfer in --out')
    .option('--json', 'print progress and result as JSON lines, for programs')
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
  ).catch((error: unknown) => {
    throw placed(error, layers);
  });
  if (!result.finished) {
    const again = typeNext('transfer', '--out', out, '--resume', ...otherExecutor(flags));
    throw stoppedError(narrator.place, out, `continue with: ${again}`);
  }
  const { retrained } = result;
  if (json) console.log(JSON.stringify({ kind: 'result', finished: true, out, last: retrained!.last }));
  else console.log(`\ngenotype  ${result.search.text}${trainedText(`${out}/retrained`, retrained!)}`);
}

/** Throws where a key is outside the two parts. */
function checkKeys(config: Readonly<Record<string, unknown>>, placeOf: PlaceOf): void {
  for (const key of Object.keys(config)) {
    if (key === 'search' || key === 'retrain') continue;
    const remedy = `write search.${key} or retrain.${key}`;
    throw new MixopError(
      'config',
      placeOf([key], 'key'),
      'is neither under search nor under retrain',
      remedy,
    );
  }
}

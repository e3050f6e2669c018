// `mixop import`: weights that another program trained become a file that mixop evaluates and exports.

import { dirname } from 'node:path';
import { Command } from 'commander';
import { MixopError } from '../../base/errors.ts';
import { dataForms } from '../../data/open.ts';
import { importWeights } from '../../networks/import-weights.ts';
import { encodeWeights } from '../../networks/weights.ts';
import { makeFolder, writeAtomic } from '../../runs/files.ts';
import { wholeNumber } from '../options/number-option.ts';
import { typeNext } from '../terminal/type-next.ts';

interface Flags {
  readonly genotype: string;
  readonly space?: string;
  readonly data: string;
  readonly form: 'cifar' | 'imagenet';
  readonly channels?: number;
  readonly cells?: number;
  readonly mean?: readonly number[];
  readonly deviation?: readonly number[];
  readonly out: string;
}

const examples = `
Examples:
  mixop import cifar10_model.safetensors --genotype DARTS_V2 --data cifar10:data/cifar-10-batches-bin --out darts.safetensors
  mixop evaluate darts.safetensors --data cifar10:data/cifar-10-batches-bin

To convert a .pt file in Python: safetensors.torch.save_file(torch.load("model.pt"), "model.safetensors")
Tensors must have the names of the published code (e.g. cells.0._ops.0.op.1.weight). Images are normalised by --mean and
--deviation, on a scale from 0 to 1; without them, by the values of the training images.`;

export function importCommand(): Command {
  return new Command('import')
    .description('import weights that another program trained for a known genotype')
    .argument('<file>', 'a safetensors file')
    .requiredOption('--genotype <source>', 'a published name, a run folder, a file, or the genotype itself')
    .requiredOption('--data <source>', `images that the weights were trained for: ${dataForms.join(', ')}`)
    .requiredOption('--out <file>', 'file to write')
    .option('--space <name>', 'search space, where the genotype fits several')
    .option(
      '--form <cifar|imagenet>',
      'stem: one convolution (cifar), or three of stride 2 (imagenet)',
      'cifar',
    )
    .option('--channels <n>', 'channels of the first cell (default: 36)', wholeNumber('--channels', 1))
    .option('--cells <n>', 'number of cells (default: 20)', wholeNumber('--cells', 1))
    .option('--mean <list>', 'mean of each channel, e.g. 0.4914,0.4822,0.4465', numbersOf('--mean'))
    .option(
      '--deviation <list>',
      'standard deviation of each channel, e.g. 0.2470,0.2435,0.2616',
      numbersOf('--deviation'),
    )
    .addHelpText('after', examples)
    .action(run);
}

function numbersOf(flag: string): (text: string) => readonly number[] {
  return (text) => {
    const values = text.split(',').map(Number);
    if (text.trim() !== '' && values.every((value) => Number.isFinite(value))) return values;
    throw new MixopError(
      'usage',
      flag,
      `"${text}" is not a list of numbers`,
      `write, for example, ${flag} 0.49,0.48,0.45`,
    );
  };
}

async function run(file: string, flags: Flags): Promise<void> {
  const { genotype, space, data, form, channels, cells, mean, deviation, out } = flags;
  if ((mean === undefined) !== (deviation === undefined))
    throw new MixopError(
      'usage',
      mean === undefined ? '--deviation' : '--mean',
      `needs ${mean === undefined ? '--mean' : '--deviation'} too`,
      'give both or neither',
    );
  const { card, weights } = await importWeights({
    file,
    genotype,
    ...(space !== undefined && { space }),
    config: {
      data,
      form,
      ...(channels !== undefined && { channels }),
      ...(cells !== undefined && { cells }),
    },
    ...(mean && deviation && { normalisation: { mean, deviation } }),
  });
  await makeFolder(dirname(out));
  await writeAtomic(out, encodeWeights(weights, card));
  console.log(out);
  console.log(`next      ${typeNext('evaluate', out, '--data', data)}`);
}

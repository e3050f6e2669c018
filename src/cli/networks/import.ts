// `mixop import`: weights that another program trained become a file that mixop evaluates and exports.

import { dirname } from 'node:path';
import { Command } from 'commander';
import { MixopError } from '../../base/errors.ts';
import { dataForms } from '../../data/open.ts';
import { importWeights } from '../../networks/import-weights.ts';
import { encodeWeights } from '../../networks/weights.ts';
import { makeFolder, writeAtomic } from '../../runs/files.ts';
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

A .pt file becomes safetensors in Python: safetensors.torch.save_file(torch.load("model.pt"), "model.safetensors").
Names are those of the published code (cells.0._ops.0.op.1.weight). Images are normalised by --mean and --deviation, shares
of full white by channel, or else as measured on the training part of the data.`;

export function importCommand(): Command {
  return new Command('import')
    .description('give weights that another program trained the genotype that they belong to')
    .argument('<file>', 'a safetensors file')
    .requiredOption(
      '--genotype <source>',
      'a published name, the folder of a run, a file, or the text itself',
    )
    .requiredOption('--data <source>', `the kind of images: ${dataForms.join(', ')}`)
    .requiredOption('--out <file>', 'the file that is written')
    .option('--space <name>', 'the space of a text that could be of several')
    .option('--form <cifar|imagenet>', 'stem: one convolution, or three of stride 2', 'cifar')
    .option('--channels <n>', 'channels of the first cells (default: 36)', numberOf('--channels'))
    .option('--cells <n>', 'cells in all (default: 20)', numberOf('--cells'))
    .option('--mean <list>', 'by channel, as 0.4914,0.4822,0.4465', numbersOf('--mean'))
    .option('--deviation <list>', 'by channel, as 0.2470,0.2435,0.2616', numbersOf('--deviation'))
    .addHelpText('after', examples)
    .action(run);
}

function numberOf(flag: string): (text: string) => number {
  return (text) => numbersOf(flag)(text)[0]!;
}

function numbersOf(flag: string): (text: string) => readonly number[] {
  return (text) => {
    const values = text.split(',').map(Number);
    if (text.trim() !== '' && values.every((value) => Number.isFinite(value))) return values;
    throw new MixopError(
      'usage',
      flag,
      `"${text}" is no number`,
      'write numbers, with commas between several',
    );
  };
}

async function run(file: string, flags: Flags): Promise<void> {
  const { genotype, space, data, form, channels, cells, mean, deviation, out } = flags;
  if ((mean === undefined) !== (deviation === undefined))
    throw new MixopError('usage', '--mean', 'goes with --deviation', 'give both or none');
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

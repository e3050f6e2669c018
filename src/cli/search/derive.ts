// `mixop derive`: the discrete cells of a run's alphas, or of alphas in a file.

import { join } from 'node:path';
import { Command } from 'commander';
import { MixopError } from '../../base/errors.ts';
import { makeFolder, writeAtomic } from '../../runs/files.ts';
import { spaces } from '../../supernet/spaces/named.ts';
import { derive } from '../../supernet/derive.ts';
import { drawCell } from '../../supernet/genotype/draw-cell.ts';
import { countSkips, type Genotype, skipCollapses } from '../../supernet/genotype/genotype.ts';
import { genotypeText } from '../../supernet/genotype/text.ts';
import type { Space } from '../../supernet/space.ts';
import { readAlphas } from './alphas-source.ts';

interface Flags {
  readonly space?: string;
  readonly epoch?: string;
  readonly svg?: string;
  readonly json?: boolean;
}

const examples = `
Examples:
  mixop derive runs/a                          the cells that the run stands for now
  mixop derive runs/a --epoch 10               those it stood for after 10 epochs
  mixop derive alphas.json --svg pictures      from a file, with drawings
  mixop derive alphas.json --space nasbench201

A file is {"normal": [[...], ...], "reduce": [[...], ...]}, raw alphas: a row an edge, a column an operation.`;

export function deriveCommand(): Command {
  return new Command('derive')
    .description('derive the discrete cells from alphas, by the published rule of the space')
    .argument('<run|alphas.json>', 'the folder of a run, or a JSON file of alphas')
    .option('--space <name>', `of a file: ${Object.keys(spaces).join(', ')} (default: by its cell kinds)`)
    .option('--epoch <n>', 'of a run: after so many epochs (default: the last)')
    .option('--svg <folder>', 'draw each cell there')
    .option('--json', 'print one JSON object, for programs')
    .addHelpText('after', examples)
    .action(run);
}

async function run(path: string, flags: Flags): Promise<void> {
  const epoch = flags.epoch === undefined ? undefined : epochOf(flags.epoch);
  const source = await readAlphas(path, { space: flags.space, epoch });
  const { space } = source;
  const genotype = derive(space, source.alphas, source.place);
  const pictures = flags.svg === undefined ? [] : await draw(genotype, space, flags.svg);
  const text = genotypeText(genotype, space);
  if (flags.json === true) {
    const { epoch } = source;
    const skips = countSkips(genotype);
    console.log(JSON.stringify({ space: space.name, epoch, text, genotype, skips, pictures }));
    return;
  }
  console.log(text);
  for (const file of pictures) console.log(file);
  for (const { kind, skips, edges } of skipCollapses(genotype))
    console.error(`warning: ${skips} of ${edges} edges of the ${kind} cell are skips`);
}

function epochOf(text: string): number {
  const epoch = Number(text);
  if (/^\d+$/.test(text) && epoch >= 1) return epoch;
  throw new MixopError('usage', '--epoch', `is "${text}"`, 'write a whole number from 1');
}

async function draw(genotype: Genotype, space: Space, folder: string): Promise<readonly string[]> {
  await makeFolder(folder);
  const files: string[] = [];
  for (const [kind, cell] of Object.entries(genotype)) {
    const file = join(folder, `${kind}.svg`);
    await writeAtomic(file, await drawCell(cell, space, kind));
    files.push(file);
  }
  return files;
}

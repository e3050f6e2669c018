// `mixop search`: options, configuration, progress, what to do next.

import { Command } from 'commander';
import { dataForms } from '../../data/open.ts';
import { textForm } from '../../data/open-text.ts';
import type { SearchProgress } from '../../search/events.ts';
import { resolveSearch, search, type SearchOptions, type SearchResult } from '../../search/search.ts';
import { spaces } from '../../supernet/spaces/named.ts';
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
import { Narrator } from '../terminal/narrator.ts';
import { eventKeeper } from '../runs/event-file.ts';
import { searchTexts } from './search-texts.ts';
import { showPlan } from './show-plan.ts';
import { typeNext } from '../terminal/type-next.ts';

const configFlags: readonly ConfigFlag[] = [
  { name: 'space', isText: true },
  { name: 'data', isText: true },
  ...['order', 'epochs', 'batch', 'channels', 'cells', 'seed'].map((name) => ({ name })),
];

interface Shown {
  readonly json: boolean;
  /** Whether to keep an event file. */
  readonly tensorboard: boolean;
}

interface Flags extends ExecutorFlags, ConfigFlags {
  readonly tensorboard?: boolean;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

const examples = `
Examples:
  mixop search --channels 4 --cells 3 --epochs 8          a small search on the embedded digits
  mixop search --data fashion-mini --order 2              second order, on 5,000 images of clothes
  mixop search --data cifar10:data/cifar-10-batches-bin   the published search
  mixop search --space nasbench201 --data photos/         on a folder of class folders (PNG, JPEG)
  mixop search --space darts-rnn --data text:penn --dry-run   a recurrent cell, on penn/ptb.train.txt and penn/ptb.valid.txt
  mixop search --config search.yaml --set weights.rate=0.05 --dry-run
  mixop search --out runs/a --resume                      go on with a run that was stopped

A file given with --config has the keys that --dry-run prints:
  space: darts-cnn
  epochs: 25
  weights: { rate: 0.05 }
A text may be one file, cut in two; --set tokens=characters foretells characters instead of words, and the sizes of a text
search are set by batch, length and units.
Flags go before the file, --set before flags. Ctrl-C finishes the step, saves and exits with 130.`;

export function searchCommand(): Command {
  const command = new Command('search')
    .description('search a cell: a supernet, trained by bilevel optimisation, and what is derived from it')
    .option('--space <name>', `search space: ${Object.keys(spaces).join(', ')} (default: darts-cnn)`)
    .option('--data <source>', `images: ${dataForms.join(', ')} (default: digits); in darts-rnn ${textForm}`)
    .option('--order <1|2>', '1: first order, 2: unrolled second order, exact and slower (default: 1)')
    .option('--epochs <n>', 'how often the training split is gone through (default: 50)')
    .option('--batch <n>', 'images a step, of each split (default: 64)')
    .option('--channels <n>', "channels of the first cells (default: the space's, 16)")
    .option('--cells <n>', "cells in all, in nasbench201 a stage (default: the space's, 8 and 5)")
    .option('--seed <n>', 'fixes splits, weights, batches: equal seeds give equal results (default: 0)');
  return withConfigOptions(withExecutorOptions(command))
    .option('--out <folder>', 'the run folder (default: runs/SPACE-DATA-N, the next that is free)')
    .option('--resume', 'go on with the run in --out, from its newest checkpoint')
    .option('--tensorboard', 'keep a TensorBoard event file in the run folder')
    .option('--dry-run', 'print the whole configuration and what it amounts to, and write nothing')
    .option('--json', 'print what happens as JSON lines, for programs')
    .addHelpText('after', examples)
    .action(run);
}

async function run(flags: Flags): Promise<void> {
  checkResume(flags);
  const layers = await readLayers(flags, configFlags);
  const resume = flags.resume === true;
  const [config, placeOf] = [merge(layers), placeIn(layers)];
  // What is resumed has the rest of its configuration in its folder.
  const out = flags.out ?? freeFolder(resolveSearch(config, placeOf));
  const options = { config, placeOf, out, ...executorOptions(flags), ...(resume && { resume }) };
  const json = flags.json === true;
  try {
    if (flags.dryRun === true) await showPlan(options, { json });
    else await searchAndShow(options, { json, tensorboard: flags.tensorboard === true });
  } catch (error) {
    throw placed(error, layers);
  }
}

function freeFolder({ space, data }: { readonly space: string; readonly data: string }): string {
  return freeRunFolder(space, data);
}

async function searchAndShow(
  options: SearchOptions & { readonly out: string },
  { json, tensorboard }: Shown,
): Promise<void> {
  const events = eventKeeper(tensorboard);
  const narrator = new Narrator({ json });
  const show = narrator.listener(searchTexts);
  const result = await interruptible(narrator, async (signal) => {
    const onProgress = (progress: SearchProgress): void => {
      show(progress);
      events.follow(progress);
    };
    const searched = await search({ ...options, signal, onProgress });
    await events.settled();
    return searched;
  });
  if (json) console.log(JSON.stringify({ kind: 'result', ...result }));
  if (!result.finished) {
    const again = typeNext('search', '--out', options.out, '--resume', ...otherExecutor(options));
    throw stoppedError(narrator.place, options.out, `continue with: ${again}`);
  }
  if (!json) console.log(endText(result));
}

function endText({ text, out, artefacts }: SearchResult): string {
  const pictures = artefacts.filter((file) => file.endsWith('.svg'));
  return [
    '',
    `genotype  ${text}`,
    `run       ${out}`,
    `pictures  ${pictures.join(', ')}`,
    `next      ${typeNext('runs', 'show', out!)}    what happened in it`,
    `          ${typeNext('derive', out!, '--epoch', 'N')}    the cell of an earlier epoch`,
  ].join('\n');
}

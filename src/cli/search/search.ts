// `mixop search`: options, configuration, progress, what to do next.

import { Command } from 'commander';
import { dataForms } from '../../data/open.ts';
import { textForm } from '../../data/open-text.ts';
import type { SearchProgress } from '../../search/events.ts';
import { resolveSearch, search, type SearchOptions, type SearchResult } from '../../search/search.ts';
import { spaces } from '../../supernet/spaces/named.ts';
import { type ConfigFlag, merge, placed, placeIn } from '../options/config-layers.ts';
import {
  checkResume,
  type ConfigFlags,
  readLayers,
  withConfigOptions,
  withSizeOptions,
} from '../options/config-options.ts';
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
  mixop search --data fashion-mini --order 2              second order, on 5,000 images of clothing
  mixop search --data cifar10:data/cifar-10-batches-bin   the published search
  mixop search --space nasbench201 --data photos/         on a folder of class folders (PNG, JPEG)
  mixop search --space darts-rnn --data text:penn         a recurrent cell (penn/ptb.train.txt, penn/ptb.valid.txt)
  mixop search --config search.yaml --set weights.rate=0.05 --dry-run
  mixop search --out runs/a --resume                      continue a stopped run

A --config file has the keys that --dry-run prints:
  space: darts-cnn
  epochs: 25
  weights: { rate: 0.05 }
Flags override the file, and --set overrides flags.

A text search takes a single file, which is split in two, or a folder with a training and a validation file. It predicts
words; --set tokens=characters predicts characters. Its sizes are the keys batch, length and units.
Ctrl-C finishes the current step, saves the run and exits with 130.`;

export function searchCommand(): Command {
  const command = new Command('search')
    .description('search for a cell: train a supernet by bilevel optimisation, and derive the cell from it')
    .option('--space <name>', `search space: ${Object.keys(spaces).join(', ')} (default: darts-cnn)`)
    .option(
      '--data <source>',
      `images: ${dataForms.join(', ')} (default: digits); for darts-rnn: ${textForm}`,
    )
    .option('--order <1|2>', '1: first order; 2: unrolled second order, exact but slower (default: 1)');
  const sized = withSizeOptions(
    command,
    ', for each of the two splits',
    '; equal seeds return equal results',
  );
  return withConfigOptions(withExecutorOptions(sized))
    .option('--out <folder>', 'run folder (default: the next free runs/SPACE-DATA-N)')
    .option('--resume', 'continue the run in --out from its newest checkpoint')
    .option('--tensorboard', 'keep a TensorBoard event file in the run folder')
    .option('--dry-run', 'print the complete configuration and the size of the search, and write nothing')
    .option('--json', 'print progress and result as JSON lines, for programs')
    .addHelpText('after', examples)
    .action(run);
}

async function run(flags: Flags): Promise<void> {
  checkResume(flags);
  const layers = await readLayers(flags, configFlags);
  const resume = flags.resume === true;
  const [config, placeOf] = [merge(layers), placeIn(layers)];
  // A resumed run has the rest of its configuration in its folder.
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
    `next      ${typeNext('runs', 'show', out!)}    configuration, epochs, cell`,
    `          ${typeNext('derive', out!, '--epoch', 'N')}    the cell after N epochs`,
  ].join('\n');
}

// `mixop agreement`: whether shared weights or cheaper trainings order architectures as short trainings do.

import { basename, join } from 'node:path';
import { Command } from 'commander';
import { MixopError } from '../../base/errors.ts';
import {
  agreement,
  type AgreementOptions,
  type Agreements,
  chanceTau,
  referenceName,
} from '../../discrete-search/agreement.ts';
import { agreementFile } from '../../discrete-search/results/file-names.ts';
import { shortConfig } from '../../discrete-search/config.ts';
import { searchSpaceNames } from '../../discrete-search/spaces.ts';
import { stopped } from './baseline.ts';
import { placeOf } from './baseline-options.ts';
import { baselineView } from './baseline-view.ts';
import { merge, setLayer } from '../options/config-layers.ts';
import { gather } from '../options/config-options.ts';
import { type ExecutorFlags, executorOptions, withExecutorOptions } from '../options/executor-option.ts';
import { listenForInterrupts } from '../terminal/interrupt.ts';
import { wholeNumber } from '../options/number-option.ts';
import { table } from '../terminal/table.ts';

interface Flags extends ExecutorFlags {
  readonly train: readonly string[];
  readonly weights: readonly string[];
  readonly proxy: readonly string[];
  readonly images?: number;
  readonly space?: string;
  readonly architectures: number;
  readonly seed: number;
  readonly batch: number;
  readonly workers: number;
  readonly out?: string;
  readonly resume?: boolean;
  readonly json?: boolean;
}

const examples = `
Examples:
  mixop agreement --train data=fashion-mini --train channels=8 --train cells=4 --train epochs=8 --train trainFraction=0.5 \\
    --weights runs/paths --proxy epochs=2 --proxy dataShare=0.25 --proxy imageSize=14 --proxy channels=4 --out runs/agreement

--train gives the training that the others are held against, by the keys that \`mixop baseline --help\` lists. --out gets a
run for each, with its ledger, and agreement.json. With trainFraction=0.5 and the seed of the weights' run, trainings learn
from the images that the weights learnt from, and both are scored on the same other images.`;

export function agreementCommand(): Command {
  const command = new Command('agreement')
    .description("Kendall's tau of shared weights and of cheaper trainings with short trainings")
    .option('--train <key=value>', 'a key of the reference training, as epochs=8 (repeatable)', gather, [])
    .option('--weights <run>', 'a run of `mixop search` or `mixop supernet` (repeatable)', gather, [])
    .option(
      '--proxy <keys>',
      'a cheaper training: what differs, as epochs=2 or epochs=2,channels=4 (repeatable)',
      gather,
      [],
    )
    .option('--images <n>', 'validation images that --weights scores on', wholeNumber('--images', 1))
    .option('--space <name>', `search space: ${searchSpaceNames.join(', ')} (default: darts-cnn)`)
    .option('--architectures <n>', 'how many, drawn at random', wholeNumber('--architectures', 2), 24)
    .option('--seed <n>', 'fixes the architectures', wholeNumber('--seed', 0), 0)
    .option('--batch <n>', 'evaluations at a time', wholeNumber('--batch', 1), 1)
    .option('--workers <n>', 'processes that share them', wholeNumber('--workers', 1), 1);
  return withExecutorOptions(command)
    .option('--out <folder>', 'the folder of the runs and of agreement.json')
    .option('--resume', 'go on with what is in --out')
    .option('--json', 'print the result as one JSON object, for programs')
    .addHelpText('after', examples)
    .action(run);
}

async function run(flags: Flags): Promise<void> {
  const { out, json = false, resume = false, architectures, space, seed, batch, workers } = flags;
  if (out === undefined) throw new MixopError('usage', '--out', 'is missing', 'give the folder for the runs');
  const view = baselineView({ json });
  const interrupts = listenForInterrupts(() => view.stopping());
  let result: Agreements;
  try {
    const scorers = scorersOf(flags);
    result = await agreement({
      ...scorers,
      architectures,
      config: { ...(space !== undefined && { space }), seed, batch },
      placeOf,
      out,
      resume,
      executor: executorOptions(flags),
      workers,
      onProgress: (progress) => view.show(progress),
      signal: interrupts.signal,
    });
  } finally {
    view.close();
    interrupts.close();
  }
  if (!result.finished) throw stopped('agreement', out);
  console.log(json ? JSON.stringify(result) : `${textOf(result)}\n\nscores  ${join(out, agreementFile)}`);
}

/** The reference and what is held against it, by the name of its folder. */
function scorersOf({
  train: given,
  weights,
  proxy,
  images,
}: Flags): Pick<AgreementOptions, 'reference' | 'others'> {
  const reference = given.map((text) => setLayer(text, '--train'));
  const train = shortConfig(merge(reference), placeOf);
  const named = weights.map((run) => [basename(run), { weights: run, ...(images && { images }) }] as const);
  const proxies = proxy.map((text) => {
    const own = text.split(',').map((part) => setLayer(part, '--proxy'));
    return [text, { train: shortConfig(merge([...reference, ...own]), placeOf) }] as const;
  });
  const others = [...named, ...proxies];
  const names = [referenceName, ...others.map(([name]) => name)];
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined)
    throw new MixopError('usage', twice, 'is the name of two', 'give it once, or under another name');
  if (others.length > 0) return { reference: { train }, others: Object.fromEntries(others) };
  throw new MixopError('usage', '--weights', 'is missing', 'give what is compared: --weights or --proxy');
}

function textOf({ reference, others, architectures }: Agreements): string {
  const rows = [{ ...reference, tau: undefined }, ...others].map((one) => [
    one.name,
    one.tau?.toFixed(3) ?? '',
    one.seconds.toFixed(2),
    Math.min(...one.scores).toFixed(2),
    Math.max(...one.scores).toFixed(2),
  ]);
  const head = ['scored by', "Kendall's tau", 'seconds each', 'least, %', 'most, %'];
  const chance = chanceTau(architectures.length).toFixed(2);
  return [
    '',
    table(head, rows, [1, 2, 3, 4]),
    '',
    `${architectures.length} architectures; orders that have nothing to do with each other stay within ${chance} of 0 (95 %)`,
  ].join('\n');
}

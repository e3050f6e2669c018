// `mixop agreement`: whether shared weights or cheaper trainings rank architectures as short trainings do.

import { basename, join } from 'node:path';
import { Command } from 'commander';
import { MixopError } from '../../base/errors.ts';
import { maxOf, minOf } from '../../base/extremes.ts';
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
import { interruptible } from '../terminal/interrupt.ts';
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

--train sets up the training that the others are compared with; \`mixop baseline --help\` lists its keys. --out receives a run
for each, with its ledger, and agreement.json. With trainFraction=0.5 and the seed of the run of the weights, trainings
learn from the same images as the weights, and both are scored on the same held-out images.`;

export function agreementCommand(): Command {
  const command = new Command('agreement')
    .description(
      "how well shared weights and cheaper trainings rank architectures, against short trainings (Kendall's tau)",
    )
    .option(
      '--train <key=value>',
      'a setting of the reference training, as epochs=8 (repeatable)',
      gather,
      [],
    )
    .option('--weights <run>', 'a run of `mixop search` or `mixop supernet` (repeatable)', gather, [])
    .option(
      '--proxy <keys>',
      'a cheaper training: the settings that differ, as epochs=2,channels=4 (repeatable)',
      gather,
      [],
    )
    .option('--images <n>', 'validation images that --weights scores on', wholeNumber('--images', 1))
    .option('--space <name>', `search space: ${searchSpaceNames.join(', ')} (default: darts-cnn)`)
    .option('--architectures <n>', 'number of random architectures', wholeNumber('--architectures', 2), 24)
    .option('--seed <n>', 'random seed of the architectures', wholeNumber('--seed', 0), 0)
    .option('--batch <n>', 'evaluations per batch', wholeNumber('--batch', 1), 1)
    .option('--workers <n>', 'processes that share a batch', wholeNumber('--workers', 1), 1);
  return withExecutorOptions(command)
    .option('--out <folder>', 'folder for the runs and agreement.json')
    .option('--resume', 'continue what is in --out')
    .option('--json', 'print the result as one JSON object, for programs')
    .addHelpText('after', examples)
    .action(run);
}

async function run(flags: Flags): Promise<void> {
  const { out, json = false, resume = false, architectures, space, seed, batch, workers } = flags;
  if (out === undefined) throw new MixopError('usage', '--out', 'is missing', 'name a folder for the runs');
  const view = baselineView({ json });
  const scorers = scorersOf(flags);
  const result = await interruptible(view, (signal) =>
    agreement({
      ...scorers,
      architectures,
      config: { ...(space !== undefined && { space }), seed, batch },
      placeOf,
      out,
      resume,
      executor: executorOptions(flags),
      workers,
      onProgress: (progress) => view.show(progress),
      signal,
    }),
  );
  if (!result.finished) throw stopped('agreement', out);
  console.log(json ? JSON.stringify(result) : `${textOf(result)}\n\nscores  ${join(out, agreementFile)}`);
}

/** The reference, and what is compared with it by the name of its folder. */
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
    throw new MixopError('usage', twice, 'is given twice', 'give it once, or rename one');
  if (others.length > 0) return { reference: { train }, others: Object.fromEntries(others) };
  throw new MixopError('usage', '--weights', 'is missing', 'name what to compare: --weights or --proxy');
}

function textOf({ reference, others, architectures }: Agreements): string {
  const rows = [{ ...reference, tau: undefined }, ...others].map((one) => [
    one.name,
    one.tau?.toFixed(3) ?? '',
    one.seconds.toFixed(2),
    minOf(one.scores).toFixed(2),
    maxOf(one.scores).toFixed(2),
  ]);
  const head = ['scored by', "Kendall's tau", 'seconds each', 'min, %', 'max, %'];
  const chance = chanceTau(architectures.length).toFixed(2);
  return [
    '',
    table(head, rows, [1, 2, 3, 4]),
    '',
    `${architectures.length} architectures; by chance, tau stays within ${chance} of 0 (95 %)`,
  ].join('\n');
}

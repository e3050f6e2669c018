// `mixop compare-cells`: the cell of a search against random and published cells, trained alike.

import { Command, Option } from 'commander';
import { type CellTurn, compareCells, type CompareCellsResult } from '../../networks/compare-cells.ts';
import { type RetrainConfigInput, resolveRetrain } from '../../networks/config.ts';
import type { RetrainStart } from '../../networks/events.ts';
import { RunFolder } from '../../runs/run-folder.ts';
import { publishedGenotypes } from '../../supernet/genotype/published.ts';
import { merge, placed, placeIn } from '../options/config-layers.ts';
import {
  checkResume,
  type ConfigFlags,
  gather,
  readLayers,
  withConfigOptions,
} from '../options/config-options.ts';
import { type ExecutorFlags, executorOptions, withExecutorOptions } from '../options/executor-option.ts';
import { oneOf } from '../options/one-of.ts';
import { freeRunFolder } from '../options/free-run-folder.ts';
import { interruptible, stoppedError } from '../terminal/interrupt.ts';
import { Narrator, type RunTexts } from '../terminal/narrator.ts';
import { percent, whole } from '../terminal/progress-text.ts';
import { summaryText, trainingFlags, withTrainingOptions } from './retrain.ts';
import { table } from '../terminal/table.ts';
import { type TrainingEpoch, type TrainingSteps, trainingTexts } from './training-texts.ts';
import { typeNext } from '../terminal/type-next.ts';
import { wholeNumber } from '../options/number-option.ts';

interface Flags extends ExecutorFlags, ConfigFlags {
  readonly seeds: number;
  readonly random: number;
  readonly published: readonly string[];
  readonly json?: boolean;
}

const examples = `
Examples:
  mixop compare-cells runs/a --channels 8 --cells 4 --epochs 20 --random 8 --published DARTS_V2
  mixop compare-cells runs/a --data fashion-mini --channels 8 --cells 4 --epochs 20 --out runs/compared
  mixop compare-cells runs/a --out runs/compared --resume     continue; repeat the other options too

Random cells are drawn uniformly from the search space, without repetition. The 95 % intervals of the mean include the
error between seeds and that of the finite test set. The supernet's score of a cell is its accuracy on the search's
validation images with the shared weights; tau is Kendall's tau between these scores and the accuracies after training.`;

export function compareCellsCommand(): Command {
  const command = new Command('compare-cells')
    .description('train the cell of a search, random cells and published cells alike, and compare them')
    .argument('<run>', 'the folder of a search')
    .option('--random <n>', 'number of random cells', wholeNumber('--random', 0), 8)
    .addOption(
      new Option('--published <name>', 'a published cell (repeatable)').argParser(gather).default([], 'none'),
    )
    .option(
      '--seeds <n>',
      'trainings per cell, with consecutive seeds from --seed on',
      wholeNumber('--seeds', 1),
      3,
    );
  return withConfigOptions(withExecutorOptions(withTrainingOptions(command, 'after the last only')))
    .option(
      '--out <folder>',
      'folder for the runs and compare.json (default: the next free runs/compare-DATA-N)',
    )
    .option('--resume', 'continue the comparison in --out')
    .option('--json', 'print progress and result as JSON lines, for programs')
    .addHelpText('after', examples)
    .action(run);
}

async function run(path: string, flags: Flags): Promise<void> {
  checkResume(flags);
  const known = Object.keys(publishedGenotypes);
  for (const name of flags.published) oneOf('--published', name, known, 'a published cell');
  // Of another place than a run, the genotype might be a published name or a file.
  await RunFolder.open(path);
  const layers = await readLayers(flags, trainingFlags);
  const config: RetrainConfigInput = merge(layers);
  const resolved = resolveRetrain(config, placeIn(layers));
  const out = flags.out ?? freeRunFolder('compare', resolved.data);
  const json = flags.json === true;
  const narrator = new Narrator({ json });
  const show = narrator.listener(cellTexts);
  const result = await interruptible(narrator, (signal) =>
    compareCells({
      run: path,
      config,
      seeds: flags.seeds,
      random: flags.random,
      published: flags.published,
      out,
      ...(flags.resume === true && { resume: true }),
      ...executorOptions(flags),
      signal,
      onProgress: (cell, progress) => {
        const event = { ...progress, cell };
        show(event);
      },
    }),
  ).catch((error: unknown) => {
    throw placed(error, layers);
  });
  if (json) console.log(JSON.stringify({ kind: 'result', ...result }));
  if (!result.finished) {
    const again = typeNext('compare-cells', path, '--out', out, '--resume');
    throw stoppedError(narrator.place, out, `continue with the same options and --resume: ${again} ...`);
  }
  if (!json) console.log(resultText(result, out));
}

interface CellStart extends RetrainStart {
  readonly cell: CellTurn;
}

/** As of a training, which is called by the cell. */
const cellTexts: RunTexts<CellStart, TrainingSteps, TrainingEpoch> = {
  ...trainingTexts,
  start(start) {
    const { name, number, of } = start.cell;
    return trainingTexts.start({ ...start, genotype: `cell ${number} of ${of}: ${name}` });
  },
};

function resultText({ cells, rank, tau, heldOutImages }: CompareCellsResult, out: string): string {
  const rows = cells.map(({ name, parameters, accuracy, interval, supernetAccuracy }, place) => [
    String(place + 1),
    name,
    whole(parameters),
    `${(100 * accuracy.mean).toFixed(2)}%`,
    accuracy.deviation === undefined ? '' : (100 * accuracy.deviation).toFixed(2),
    `${percent(interval[0])} to ${percent(interval[1])}`,
    supernetAccuracy === undefined ? '' : `${supernetAccuracy.toFixed(1)}%`,
  ]);
  const searched = cells.find(({ name }) => name === 'searched')!;
  return [
    '',
    table(['', 'cell', 'parameters', 'accuracy', 'deviation', '95 %', 'supernet'], rows, [0, 2, 3, 4, 6]),
    '',
    `searched  rank ${rank} of ${cells.length}: ${summaryText(searched.accuracy)}, on ${whole(heldOutImages)} images`,
    `tau       ${tau === undefined ? 'undefined' : tau.toFixed(3)}, Kendall's, of supernet scores and accuracies after training`,
    `result    ${out}/compare.json`,
  ].join('\n');
}

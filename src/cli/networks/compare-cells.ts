// `mixop compare-cells`: the cell of a search against random and published ones, under one budget.

import { Command, Option } from 'commander';
import { type CellTurn, compareCells, type CompareCellsResult } from '../../networks/compare-cells.ts';
import { type RetrainConfigInput, resolveRetrain } from '../../networks/config.ts';
import type { RetrainStart } from '../../networks/events.ts';
import { merge, placed, placeIn } from '../options/config-layers.ts';
import {
  checkResume,
  type ConfigFlags,
  gather,
  readLayers,
  withConfigOptions,
} from '../options/config-options.ts';
import { type ExecutorFlags, executorOptions, withExecutorOptions } from '../options/executor-option.ts';
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
  mixop compare-cells runs/a --out runs/compared --resume     with the flags of the first time

Random cells are drawn uniformly from the space of the search, no two alike. Intervals (95 % of the mean) hold the error
of the seeds and that of the test set. The supernet's score of a cell is its accuracy on the search's validation images
with the shared weights; tau is Kendall's, of these scores and the retrained accuracies.`;

export function compareCellsCommand(): Command {
  const command = new Command('compare-cells')
    .description('train the cell of a search, random cells and published ones under one budget, and compare')
    .argument('<run>', 'the folder of a search')
    .option('--random <n>', 'how many random cells', wholeNumber('--random', 0), 8)
    .addOption(
      new Option('--published <name>', 'a published cell (repeatable)').argParser(gather).default([], 'none'),
    )
    .option('--seeds <n>', 'train each with so many seeds, from --seed on', wholeNumber('--seeds', 1), 3);
  return withConfigOptions(withExecutorOptions(withTrainingOptions(command, 'all epochs')))
    .option('--out <folder>', 'a folder of runs, and compare.json (default: runs/compare-DATA-N)')
    .option('--resume', 'go on with the comparison in --out')
    .option('--json', 'print what happens as JSON lines, for programs')
    .addHelpText('after', examples)
    .action(run);
}

async function run(path: string, flags: Flags): Promise<void> {
  checkResume(flags);
  const layers = await readLayers(flags, trainingFlags);
  const config: RetrainConfigInput = merge(layers);
  const resolved = resolveRetrain(config, placeIn(layers));
  const out = flags.out ?? freeRunFolder('compare', resolved.data);
  const json = flags.json === true;
  const narrator = new Narrator({ json });
  const show = narrator.listener(cellTexts);
  let result: CompareCellsResult;
  try {
    result = await interruptible(narrator, (signal) =>
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
    );
  } catch (error) {
    throw placed(error, layers);
  }
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
    `searched  place ${rank} of ${cells.length}: ${summaryText(searched.accuracy)}, on ${whole(heldOutImages)} images`,
    `tau       ${tau === undefined ? 'not defined' : tau.toFixed(3)}, supernet scores against retrained accuracies`,
    `result    ${out}/compare.json`,
  ].join('\n');
}

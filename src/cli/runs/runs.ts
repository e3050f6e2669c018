// `mixop runs`: what has been searched.

import { Command } from 'commander';
import { listAll } from './runs-ls.ts';
import { exportRuns } from './runs-export.ts';
import { showRun } from './runs-show.ts';

const listExamples = `
Examples:
  mixop runs ls             the runs in the folder runs, and in its folders: members of comparisons, seeds
  mixop runs ls /data/runs  those in another folder
  mixop runs ls --json`;

const exportExamples = `
Examples:
  mixop runs export runs/a --csv metrics.csv
  mixop runs export runs/a runs/b --tensorboard logs`;

const showExamples = `
Examples:
  mixop runs show runs/a
  mixop runs show runs/a --json`;

export function runsCommand(): Command {
  const list = new Command('ls')
    .description('list the runs in a folder')
    .argument('[folder]', 'the folder that holds them', 'runs')
    .option('--json', 'print one JSON list, for programs')
    .addHelpText('after', listExamples)
    .action(listAll);
  const show = new Command('show')
    .description('show one run: configuration, machines, last epochs, genotype')
    .argument('<run>', 'its folder')
    .option('--json', 'print one JSON object, for programs')
    .addHelpText('after', showExamples)
    .action(showRun);
  const metrics = new Command('export')
    .description('write the metrics of runs for other tools')
    .argument('<run...>', 'their folders')
    .option('--csv <file>', 'one table: a row an epoch, a column a metric')
    .option('--tensorboard <folder>', 'an event file for each run: tensorboard --logdir FOLDER')
    .addHelpText('after', exportExamples)
    .action(exportRuns);
  return new Command('runs')
    .description('list, show and export runs')
    .helpCommand(false)
    .addCommand(list)
    .addCommand(show)
    .addCommand(metrics)
    .addHelpText('after', `${listExamples}\n  mixop runs show runs/a`);
}

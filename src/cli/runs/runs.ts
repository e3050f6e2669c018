// `mixop runs`: lists, shows and exports runs.

import { Command } from 'commander';
import { listAll } from './runs-ls.ts';
import { exportRuns } from './runs-export.ts';
import { showRun } from './runs-show.ts';

const listExamples = `
Examples:
  mixop runs ls             all runs below the folder runs, e.g. those of comparisons and seeds
  mixop runs ls /data/runs  those below another folder
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
    .description('list the runs below a folder')
    .argument('[folder]', 'folder to look in', 'runs')
    .option('--json', 'print one JSON array, for programs')
    .addHelpText('after', listExamples)
    .action(listAll);
  const show = new Command('show')
    .description('show one run: configuration, machines, latest epochs, genotype')
    .argument('<run>', 'the run folder')
    .option('--json', 'print one JSON object, for programs')
    .addHelpText('after', showExamples)
    .action(showRun);
  const metrics = new Command('export')
    .description('write the metrics of runs for other tools')
    .argument('<run...>', 'the run folders')
    .option('--csv <file>', 'write one table: one row per epoch, one column per metric')
    .option(
      '--tensorboard <folder>',
      'write one event file per run; view them by tensorboard --logdir FOLDER',
    )
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

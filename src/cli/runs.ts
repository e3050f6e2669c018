// `mixop runs`: what has been searched.

import { Command } from 'commander';
import { listAll } from './runs-ls.ts';
import { showRun } from './runs-show.ts';

const listExamples = `
Examples:
  mixop runs ls             the runs in the folder runs
  mixop runs ls /data/runs  those in another folder
  mixop runs ls --json`;

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
  return new Command('runs')
    .description('list and show runs')
    .helpCommand(false)
    .addCommand(list)
    .addCommand(show)
    .addHelpText('after', `${listExamples}\n  mixop runs show runs/a`);
}

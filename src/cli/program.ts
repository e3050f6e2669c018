// All commands together, and what they share: help, did-you-mean, versions, errors that are thrown.

import { Command } from 'commander';
import { version } from '../engine/version.ts';
import { agreementCommand } from './discrete/agreement.ts';
import { baselineCommand } from './discrete/baseline.ts';
import { benchCommand } from './bench/bench.ts';
import { compareCommand } from './discrete/compare.ts';
import { curvesCommand } from './discrete/curves.ts';
import { compareCellsCommand } from './networks/compare-cells.ts';
import { deriveCommand } from './search/derive.ts';
import { doctorCommand } from './bench/doctor.ts';
import { evaluateCommand } from './networks/evaluate.ts';
import { exportCommand } from './networks/export.ts';
import { exitCodeHelp } from './terminal/fail.ts';
import { importCommand } from './networks/import.ts';
import { reportCommand } from './runs/report.ts';
import { retrainCommand } from './networks/retrain.ts';
import { predictorsCommand } from './discrete/predictors.ts';
import { runsCommand } from './runs/runs.ts';
import { searchCommand } from './search/search.ts';
import { supernetCommand } from './search/supernet.ts';
import { transferCommand } from './networks/transfer.ts';
import { verifyCommand } from './bench/verify.ts';
import { zeroCostCommand } from './discrete/zero-cost.ts';

const start = `
Start here:
  mixop search --channels 4 --cells 3 --epochs 8    a search on the embedded digits, in minutes
  mixop runs ls                                     what has been searched
  mixop derive runs/darts-cnn-digits-1              the cells that it found
  mixop doctor                                      what this machine offers

Each command has examples: mixop search --help`;

export function createProgram(): Command {
  const program = new Command('mixop')
    .description('Searches neural architectures by gradient (DARTS).')
    .version(version)
    .helpCommand('help [command]', 'the help of a command')
    .addHelpText('after', `${start}\n\n${exitCodeHelp}`);
  for (const command of [
    searchCommand(),
    baselineCommand(),
    compareCommand(),
    supernetCommand(),
    agreementCommand(),
    deriveCommand(),
    retrainCommand(),
    transferCommand(),
    evaluateCommand(),
    compareCellsCommand(),
    exportCommand(),
    importCommand(),
    reportCommand(),
    verifyCommand(),
    doctorCommand(),
    runsCommand(),
    predictorsCommand(),
    zeroCostCommand(),
    curvesCommand(),
    benchCommand(),
  ]) {
    program.addCommand(command);
  }
  throwErrors(program);
  return program;
}

/** Errors are thrown, not printed, so that one place prints them. */
function throwErrors(command: Command): void {
  command.exitOverride().configureOutput({ outputError: () => {} });
  for (const inner of command.commands) throwErrors(inner);
}

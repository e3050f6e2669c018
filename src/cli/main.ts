#!/usr/bin/env node
// The `mixop` command: parses, runs, and is the only place where errors end.

import { MixopError } from '../base/errors.ts';
import { fail } from './terminal/fail.ts';
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
import { type CommandGroups, createProgram } from './terminal/program.ts';

/** All commands, in the order of the help. */
const groups: CommandGroups = {
  'Search by gradient:': [searchCommand(), supernetCommand(), deriveCommand()],
  'Train and use networks:': [
    retrainCommand(),
    evaluateCommand(),
    transferCommand(),
    compareCellsCommand(),
    exportCommand(),
    importCommand(),
  ],
  'Search without a gradient:': [
    baselineCommand(),
    compareCommand(),
    agreementCommand(),
    predictorsCommand(),
    zeroCostCommand(),
    curvesCommand(),
  ],
  'Look at runs:': [runsCommand(), reportCommand()],
  'Check this machine:': [doctorCommand(), verifyCommand(), benchCommand()],
};

// When the reader of a pipe has closed it (`mixop runs ls | head`), nobody reads on. Interruptible runs listen themselves.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (process.stdout.listenerCount('error') > 1) return;
  // An error that was already reported has set the exit code.
  if (error.code === 'EPIPE' || (process.exitCode ?? 0) !== 0) process.exit();
  const problem = `cannot be written (${error.code ?? error.message})`;
  process.exit(
    fail(
      new MixopError('run', 'standard output', problem, 'free some space, or redirect the output elsewhere'),
    ),
  );
});
process.on('uncaughtException', (error) => {
  process.exit(fail(error));
});

try {
  await createProgram(groups).parseAsync();
} catch (error) {
  process.exitCode = fail(error);
}

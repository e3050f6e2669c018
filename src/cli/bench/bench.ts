// `mixop bench`: the speed of this machine.

import { Command } from 'commander';
import { benchKernelsCommand } from './bench-kernels.ts';
import { benchStepCommand } from './bench-step.ts';

export function benchCommand(): Command {
  return new Command('bench')
    .description('measure the speed of this machine')
    .helpCommand(false)
    .addCommand(benchStepCommand())
    .addCommand(benchKernelsCommand());
}

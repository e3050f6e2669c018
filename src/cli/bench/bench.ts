// `mixop bench`: how fast this machine is.

import { Command } from 'commander';
import { benchKernelsCommand } from './bench-kernels.ts';
import { benchStepCommand } from './bench-step.ts';

export function benchCommand(): Command {
  return new Command('bench')
    .description('measure how fast this machine is')
    .helpCommand(false)
    .addCommand(benchStepCommand())
    .addCommand(benchKernelsCommand());
}

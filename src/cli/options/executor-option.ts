// The options that choose the executor, in every command that computes.

import type { Command } from 'commander';
import { defaultExecutor, type ExecutorOptions, executorNames } from '../../engine/executors.ts';
import { wholeNumber } from './number-option.ts';
import { oneOf } from './one-of.ts';

export interface ExecutorFlags {
  readonly executor: string;
  readonly threads?: number;
  readonly adapter?: string;
}

export function withExecutorOptions(command: Command): Command {
  return command
    .option('--executor <name>', `executor: ${executorNames.join(', ')}`, defaultExecutor)
    .option(
      '--threads <n>',
      'threads of the wasm executor (default: one per logical core)',
      wholeNumber('--threads', 1),
    )
    .option('--adapter <name>', "part of the webgpu adapter's name (default: the system's choice)");
}

export function executorOptions({ executor, threads, adapter }: ExecutorFlags): ExecutorOptions {
  return {
    executor: oneOf('--executor', executor, executorNames, 'an executor'),
    ...(threads !== undefined && { threads }),
    ...(adapter !== undefined && { adapter }),
  };
}

/** The flag that chooses the same executor again, where it is not the default. */
export function otherExecutor({ executor }: { readonly executor?: string }): readonly string[] {
  return executor === undefined || executor === defaultExecutor ? [] : ['--executor', executor];
}

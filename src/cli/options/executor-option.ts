// The options that choose what computes; every command that computes has them.

import type { Command } from 'commander';
import { MixopError } from '../../base/errors.ts';
import { nearNames } from '../../base/near-names.ts';
import { defaultExecutor, type ExecutorOptions, executorNames } from '../../engine/executors.ts';
import { wholeNumber } from './number-option.ts';

export interface ExecutorFlags {
  readonly executor: string;
  readonly threads?: number;
  readonly adapter?: string;
}

export function withExecutorOptions(command: Command): Command {
  return command
    .option('--executor <name>', `what computes: ${executorNames.join(', ')}`, defaultExecutor)
    .option(
      '--threads <n>',
      'threads of the wasm executor (default: as many as the machine runs at once)',
      wholeNumber('--threads', 1),
    )
    .option('--adapter <name>', "part of the name of webgpu's adapter (default: the system's choice)");
}

export function executorOptions({ executor, threads, adapter }: ExecutorFlags): ExecutorOptions {
  const name = executorNames.find((known) => known === executor);
  if (name !== undefined) {
    return {
      executor: name,
      ...(threads !== undefined && { threads }),
      ...(adapter !== undefined && { adapter }),
    };
  }
  const [near] = nearNames(executor, executorNames);
  const hint = near === undefined ? '' : `did you mean "${near}"? `;
  const remedy = `${hint}known: ${executorNames.join(', ')}`;
  throw new MixopError('usage', '--executor', `"${executor}" is not an executor`, remedy);
}

/** The flag that chooses the same executor again, where it is not the default. */
export function otherExecutor({ executor }: { readonly executor?: string }): readonly string[] {
  return executor === undefined || executor === defaultExecutor ? [] : ['--executor', executor];
}

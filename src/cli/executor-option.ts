// The options that choose what computes; every command that computes has them.

import type { Command } from 'commander';
import { MixopError } from '../base/errors.ts';
import { nearNames } from '../base/near-names.ts';
import { defaultExecutor, type ExecutorOptions, executorNames } from '../search/executors.ts';

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
      wholeNumber,
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

function wholeNumber(text: string): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= 1) return value;
  throw new MixopError(
    'usage',
    '--threads',
    `"${text}" is not a whole number over 0`,
    'write --threads 2, for example',
  );
}

// The executors that can be named.

import { MixopError } from '../base/errors.ts';
import type { Executor } from '../kernels/executor.ts';
import type { Plan } from '../kernels/plan.ts';
import { ReferenceExecutor } from '../kernels/reference/executor.ts';
import { createWasmExecutor } from '../kernels/wasm/executor.ts';
import { describeMachine, type Machine } from '../runs/machine.ts';
import { version } from './version.ts';

export const executorNames = ['wasm', 'reference'] as const;
export type ExecutorName = (typeof executorNames)[number];
/** What computes where nothing is said. */
export const defaultExecutor: ExecutorName = 'wasm';

/** This machine as a run records it. */
export function machineOf({ name, threads }: Executor): Machine {
  return describeMachine({ mixop: version, executor: name, adapter: null, threads });
}

export interface ExecutorOptions {
  readonly name: ExecutorName;
  /** Threads of the wasm executor; by default as many as the machine runs at once. The reference has one. */
  readonly threads?: number;
}

export function createExecutor(plan: Plan, { name, threads }: ExecutorOptions): Promise<Executor> {
  switch (name) {
    case 'reference':
      return Promise.resolve(new ReferenceExecutor(plan));
    case 'wasm':
      return createWasmExecutor(plan, threads === undefined ? {} : { threads });
  }
}

/** As `createExecutor`, with an error for users where the machine has no memory for the plan of `what`. */
export async function allocate(what: string, plan: Plan, options: ExecutorOptions): Promise<Executor> {
  try {
    return await createExecutor(plan, options);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const floats = [...Object.values(plan.arenas), ...plan.slabs].reduce((sum, size) => sum + size, 0);
    const problem = `the ${what} needs ${((floats * 4) / 2 ** 30).toFixed(1)} GiB in float32, and they cannot be had`;
    const remedy = `${what} with fewer channels or cells or a smaller batch`;
    throw new MixopError('device', 'memory', problem, remedy, { cause: error });
  }
}

// The executors that can be named.

import { MixopError } from '../base/errors.ts';
import type { Executor } from '../kernels/executor.ts';
import type { Plan } from '../kernels/plan.ts';
import { ReferenceExecutor } from '../kernels/executors/reference/executor.ts';
import { createWasmExecutor } from './wasm-executor.ts';
import type { Schedule } from '../kernels/webgpu/dispatch.ts';

export const executorNames = ['wasm', 'webgpu', 'reference'] as const;
export type ExecutorName = (typeof executorNames)[number];
/** What computes where nothing is said. */
export const defaultExecutor: ExecutorName = 'wasm';

export interface ExecutorOptions {
  readonly executor?: ExecutorName;
  /** Threads of the wasm executor; by default as many as the machine runs at once. */
  readonly threads?: number;
  /** `Executor.reprogram` may follow, also with plans that need more memory. */
  readonly growable?: boolean;
  /** Part of the name of the webgpu executor's adapter; by default the system's choice. */
  readonly adapter?: string;
  /** Limits of the webgpu executor's device; by default all that the adapter offers. */
  readonly limits?: 'offered' | 'default';
  /** Of the webgpu executor; by default what suits the adapter. */
  readonly schedule?: Schedule;
}

export async function createExecutor(plan: Plan, options: ExecutorOptions): Promise<Executor> {
  const { executor = defaultExecutor, threads, growable, adapter, limits, schedule } = options;
  switch (executor) {
    case 'reference':
      return new ReferenceExecutor(plan);
    case 'wasm':
      return createWasmExecutor(plan, {
        ...(threads !== undefined && { threads }),
        ...(growable !== undefined && { growable }),
      });
    case 'webgpu': {
      const { createWebGpuExecutor } = await import('../kernels/executors/webgpu/executor.ts');
      return createWebGpuExecutor(plan, {
        ...(adapter !== undefined && { adapter }),
        ...(limits !== undefined && { limits }),
        ...(schedule !== undefined && { schedule }),
        ...(growable !== undefined && { growable }),
      });
    }
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

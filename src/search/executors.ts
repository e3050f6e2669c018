// The executors that can be named.

import type { Executor } from '../kernels/executor.ts';
import type { Plan } from '../kernels/plan.ts';
import { ReferenceExecutor } from '../kernels/reference/executor.ts';
import { createWasmExecutor } from '../kernels/wasm/executor.ts';

export const executorNames = ['wasm', 'reference'] as const;
export type ExecutorName = (typeof executorNames)[number];
/** What computes where nothing is said. */
export const defaultExecutor: ExecutorName = 'wasm';

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

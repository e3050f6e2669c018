// The executors that can be named.

import type { Executor } from '../kernels/executor.ts';
import type { Plan } from '../kernels/plan.ts';
import { ReferenceExecutor } from '../kernels/reference/executor.ts';

export interface ExecutorOptions {
  readonly name: ExecutorName;
}

export const executorNames = ['reference'] as const;
export type ExecutorName = (typeof executorNames)[number];

export function createExecutor(plan: Plan, options: ExecutorOptions): Promise<Executor> {
  switch (options.name) {
    case 'reference':
      return Promise.resolve(new ReferenceExecutor(plan));
  }
}

// This machine as a run records it.

import type { Executor } from '../kernels/executor.ts';
import { describeMachine, type Machine } from '../runs/machine.ts';
import { version } from './version.ts';

export function machineOf({ name, threads, adapter }: Executor): Machine {
  return describeMachine({ mixop: version, executor: name, adapter: adapter ?? null, threads });
}

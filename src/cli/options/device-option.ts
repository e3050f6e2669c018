// The options of benchmarks that set up the webgpu executor.

import type { Command } from 'commander';
import type { ExecutorOptions } from '../../engine/executors.ts';
import { oneOf } from './one-of.ts';

export interface DeviceFlags {
  readonly device?: string;
  readonly limits?: string;
  readonly schedule?: string;
}

export function withDeviceOptions(command: Command): Command {
  return command
    .option(
      '--device <null>',
      'null: use a webgpu device that computes nothing, to measure the cost on the host exactly',
    )
    .option(
      '--limits <which>',
      'limits of the webgpu device: offered, or default (8 storage buffers) (default: offered)',
    )
    .option(
      '--schedule <name>',
      'schedule of the webgpu kernels: tiles or workgroup (default: chosen for the adapter)',
    );
}

export function deviceOptions({ device, limits, schedule }: DeviceFlags): ExecutorOptions {
  return {
    ...(device !== undefined && { adapter: oneOf('--device', device, ['null'] as const) }),
    ...(limits !== undefined && { limits: oneOf('--limits', limits, ['offered', 'default'] as const) }),
    ...(schedule !== undefined && {
      schedule: oneOf('--schedule', schedule, ['tiles', 'workgroup'] as const),
    }),
  };
}

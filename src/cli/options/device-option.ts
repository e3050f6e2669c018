// The options of benchmarks that say how the webgpu executor is set up.

import type { Command } from 'commander';
import { MixopError } from '../../base/errors.ts';
import type { ExecutorOptions } from '../../engine/executors.ts';

export interface DeviceFlags {
  readonly device?: string;
  readonly limits?: string;
  readonly schedule?: string;
}

export function withDeviceOptions(command: Command): Command {
  return command
    .option('--device <null>', 'null: a webgpu device that computes nothing, for the exact cost on the host')
    .option(
      '--limits <which>',
      'of the webgpu device: offered, or default (8 storage buffers) (default: offered)',
    )
    .option(
      '--schedule <name>',
      'of the webgpu kernels: tiles or workgroup (default: what suits the adapter)',
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

export function oneOf<T extends string>(flag: string, text: string, known: readonly T[]): T {
  const found = known.find((one) => one === text);
  if (found !== undefined) return found;
  throw new MixopError('usage', flag, `"${text}" is not known`, `write ${known.join(' or ')}`);
}

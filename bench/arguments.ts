// Shared command line parts of benchmarks: errors in one line, and a process for each device.

import { spawnSync } from 'node:child_process';
import { basename } from 'node:path';
import { parseArgs, type ParseArgsConfig } from 'node:util';

export function stop(message: string): never {
  console.error(`${basename(process.argv[1]!, '.ts')}: ${message}`);
  process.exit(2);
}

/** `parseArgs` of Node, with an error in one line. */
export function optionsOf<const T extends NonNullable<ParseArgsConfig['options']>>(options: T) {
  try {
    return parseArgs({ options }).values;
  } catch (error) {
    return stop((error as Error).message);
  }
}

export function checkWhole(flags: Readonly<Record<string, string>>): void {
  for (const [flag, text] of Object.entries(flags)) {
    if (!/^[1-9]\d*$/.test(text)) stop(`--${flag} ${text} is not a whole number over 0`);
  }
}

/** Whether it is Dawn's null device; without a device the benchmark runs for both and exits. */
export function isNull(device: string | undefined): boolean {
  if (device === 'null' || device === 'default') return device === 'null';
  if (device !== undefined) stop(`--device ${device}: give null or default`);
  // One process each: tfjs keeps tensors of its first backend.
  for (const one of ['null', 'default']) {
    const own = [...process.execArgv, process.argv[1]!, '--device', one, ...process.argv.slice(2)];
    const { status } = spawnSync(process.execPath, own, { stdio: 'inherit' });
    if (status !== 0) process.exit(status ?? 1);
  }
  process.exit(0);
}

// Every number that a run measured, by epoch: what CSV and TensorBoard get.

import { isJsonObject, type Json } from '../runs/json.ts';
import type { ReportedRun } from './collect.ts';

interface EpochScalars {
  readonly epoch: number;
  /** Steps of the whole run that were done. */
  readonly step: number;
  /** Seconds that the run had taken, the time between its sessions not counted. */
  readonly elapsed: number;
  /** By name, as `trainLoss` or `entropy/normal`. */
  readonly values: ReadonlyMap<string, number>;
}

export function scalarsOf(run: ReportedRun): readonly EpochScalars[] {
  let elapsed = 0;
  return run.epochs.map(({ epoch, step, ...line }) => {
    elapsed += typeof line['seconds'] === 'number' ? line['seconds'] : 0;
    return { epoch, step, elapsed, values: new Map(flatten('', line)) };
  });
}

function* flatten(name: string, value: Json | undefined): Generator<readonly [string, number]> {
  if (typeof value === 'number') yield [name, value];
  else if (Array.isArray(value)) {
    // Skip connections: a list with the cell kinds as names.
    for (const item of value as readonly Json[]) {
      if (!isJsonObject(item) || typeof item['kind'] !== 'string') continue;
      const { kind, ...rest } = item;
      yield* flatten(`${name}/${kind}`, rest);
    }
  } else if (isJsonObject(value)) {
    for (const key of Object.keys(value).sort())
      yield* flatten(name === '' ? key : `${name}/${key}`, value[key]);
  }
}

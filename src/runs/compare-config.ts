// Whether a run may be resumed with a configuration: everything must be equal except where it is computed.

import { MixopError } from '../base/errors.ts';
import { canonicalJson, isJsonObject, join } from './json.ts';
import type { Json, JsonObject } from './json.ts';

/** Top-level keys that a resume may change; `machine.json` records them segment by segment. */
export const machineKeys: readonly string[] = ['executor', 'adapter', 'threads'];

export interface ConfigDifference {
  /** A dotted path; items of lists by their index. */
  readonly key: string;
  /** Undefined where the key is not set. */
  readonly stored: Json | undefined;
  readonly wanted: Json | undefined;
}

/** All differences outside `machineKeys`, in the order of the sorted keys. */
export function configDifferences(stored: JsonObject, wanted: JsonObject): ConfigDifference[] {
  return [...differences(compared(stored), compared(wanted), '')];
}

function compared(config: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(config).filter(([key]) => !machineKeys.includes(key)));
}

/** Throws an error that names the first differing keys with both values. `place` is the stored file. */
export function compareConfig(stored: JsonObject, wanted: JsonObject, place = 'config.json'): void {
  const found = configDifferences(stored, wanted);
  if (found.length === 0) return;
  const shown = found.slice(0, 3).map(({ key, stored, wanted }) => {
    return `${key} was ${show(stored)} and is now ${show(wanted)}`;
  });
  if (found.length > shown.length) shown.push(`${found.length - shown.length} more`);
  throw new MixopError(
    'run',
    place,
    `resume with a changed configuration: ${shown.join(', ')}`,
    'resume with the stored values or start a new run with another --out',
  );
}

function* differences(
  stored: Json | undefined,
  wanted: Json | undefined,
  path: string,
): Generator<ConfigDifference> {
  const [left, right] = [childrenOf(stored), childrenOf(wanted)];
  if (left && right && Array.isArray(stored) === Array.isArray(wanted)) {
    const keys = [...new Set([...left.keys(), ...right.keys()])];
    // Indices of lists stay in their own order: 2 before 10.
    if (!Array.isArray(stored)) keys.sort();
    for (const key of keys) yield* differences(left.get(key), right.get(key), join(path, key));
  } else if (show(stored) !== show(wanted)) {
    yield { key: path, stored, wanted };
  }
}

function childrenOf(value: Json | undefined): Map<string, Json> | undefined {
  return isJsonObject(value) || Array.isArray(value) ? new Map(Object.entries(value)) : undefined;
}

function show(value: Json | undefined): string {
  return value === undefined ? 'not set' : canonicalJson(value);
}

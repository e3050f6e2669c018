// Which command made the run of a folder, told by its configuration.

import { MixopError } from '../base/errors.ts';
import type { JsonObject } from './json.ts';

/** The command that makes such runs, and goes on with them. */
export type RunKind = 'search' | 'supernet' | 'retrain' | 'baseline';

export function runKind(config: JsonObject): RunKind {
  if (config['task'] !== undefined) return 'retrain';
  if (config['kind'] === 'baseline') return 'baseline';
  return config['sampling'] === undefined ? 'search' : 'supernet';
}

/** Throws a `MixopError` for the run of another command, by default with the one that goes on with it. */
export function requireKind(
  path: string,
  config: JsonObject,
  wanted: readonly RunKind[],
  remedy = goOn(path, config),
): void {
  const kind = runKind(config);
  if (wanted.includes(kind)) return;
  const commands = wanted.map((name) => `\`mixop ${name}\``).join(' or ');
  throw new MixopError('run', path, `is a run of \`mixop ${kind}\`, not of ${commands}`, remedy);
}

function goOn(path: string, config: JsonObject): string {
  const kind = runKind(config);
  // Weights by sampled paths do not keep how they were asked for.
  const again = kind === 'supernet' ? ', with the options that it began with' : '';
  return `go on with it: mixop ${kind} --out ${path} --resume${again}`;
}

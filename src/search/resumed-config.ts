// The configuration that a run folder was made with.

import { MixopError } from '../base/errors.ts';
import { RunFolder } from '../runs/run-folder.ts';
import { overlay } from './resolve.ts';

/** Keys that a run's stored configuration has beside the schema's. */
const derivedKeys = ['dataFingerprint', 'spaceDefinition', 'sampling', 'dropout', 'rewards'];

/** The configuration that a resumed run was made with, overlaid with what is given now; `beside`: keys that are not its schema's. */
export async function resumedConfig(
  path: string,
  given: Readonly<Record<string, unknown>>,
  beside: readonly string[] = derivedKeys,
): Promise<Record<string, unknown>> {
  const { config } = await RunFolder.open(path);
  if (config['task'] !== undefined) {
    const remedy = `go on with it: mixop retrain --out ${path} --resume`;
    throw new MixopError('run', path, 'is the run of a training, not of a search', remedy);
  }
  const stored = Object.fromEntries(Object.entries(config).filter(([key]) => !beside.includes(key)));
  return overlay(stored, given);
}

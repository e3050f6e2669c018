// The configuration that a run folder was made with.

import { MixopError } from '../base/errors.ts';
import { RunFolder } from '../runs/run-folder.ts';
import { overlay } from './resolve.ts';

/** Keys that a run's stored configuration has beside the schema's. */
const derivedKeys = ['dataFingerprint', 'spaceDefinition', 'sampling', 'dropout', 'rewards'] as const;

/** The configuration that a resumed run was made with, overlaid with what is given now. */
export async function resumedConfig(
  path: string,
  given: Readonly<Record<string, unknown>>,
): Promise<Record<string, unknown>> {
  const { config } = await RunFolder.open(path);
  if (config['task'] !== undefined) {
    const remedy = `go on with it: mixop retrain --out ${path} --resume`;
    throw new MixopError('run', path, 'is the run of a training, not of a search', remedy);
  }
  const stored = Object.fromEntries(
    Object.entries(config).filter(([key]) => !(derivedKeys as readonly string[]).includes(key)),
  );
  return overlay(stored, given);
}

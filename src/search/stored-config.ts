// The configuration that a run folder was made with.

import { RunFolder } from '../runs/run-folder.ts';
import { requireKind } from '../runs/run-kind.ts';
import { overlay } from './resolve.ts';
import { isTextConfig } from './text/config.ts';

/** Keys that a run on text stores beside those of its schema, and one on images. */
const textKeys = ['dataFingerprint'];
const imageKeys = [...textKeys, 'spaceDefinition', 'sampling', 'dropout', 'rewards'];

/** The configuration that a resumed search was made with, overlaid with what is given now. */
export async function resumedConfig(
  path: string,
  given: Readonly<Record<string, unknown>>,
): Promise<Record<string, unknown>> {
  const { config } = await RunFolder.open(path);
  requireKind(path, config, ['search']);
  return overlay(withoutKeys(config, isTextConfig(config) ? textKeys : imageKeys), given);
}

/** The configuration of the supernet whose weights a run has. */
export async function supernetConfig(path: string): Promise<Record<string, unknown>> {
  const { config } = await RunFolder.open(path);
  requireKind(path, config, ['search', 'supernet'], 'give a run that trains shared weights');
  return withoutKeys(config, imageKeys);
}

function withoutKeys(
  config: Readonly<Record<string, unknown>>,
  keys: readonly string[],
): Record<string, unknown> {
  return Object.fromEntries(Object.entries(config).filter(([key]) => !keys.includes(key)));
}

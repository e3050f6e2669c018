// The folder `weights/` of a run: what evaluated networks learnt, for those that begin with it. Several processes write
// there, each its own files.

import { join } from 'node:path';
import { MixopError } from '../base/errors.ts';
import { makeFolder, namesIn, readIfThere, remove, writeAtomic } from './files.ts';

export const weightsFolder = 'weights';
const ending = '.safetensors';

function pathOf(run: string, name: string): string {
  return join(run, weightsFolder, name + ending);
}

export async function writeWeights(run: string, name: string, bytes: Uint8Array): Promise<void> {
  await makeFolder(join(run, weightsFolder));
  await writeAtomic(pathOf(run, name), bytes);
}

/** Throws a `MixopError` where there are none of this name. */
export async function readWeights(run: string, name: string): Promise<Uint8Array> {
  const path = pathOf(run, name);
  const bytes = await readIfThere(path);
  if (bytes !== undefined) return bytes;
  throw new MixopError('run', path, 'is gone, and another network begins with it', 'begin the run again');
}

/** Removes the weights whose names are not to be kept. */
export async function removeWeights(run: string, keep: (name: string) => boolean): Promise<void> {
  const files = (await namesIn(join(run, weightsFolder))) ?? [];
  const names = files.filter((file) => file.endsWith(ending)).map((file) => file.slice(0, -ending.length));
  for (const name of names.filter((one) => !keep(one))) await remove(pathOf(run, name));
}

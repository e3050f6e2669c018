// The folder `weights/` of a run: what evaluated networks learnt, for those that begin with it. Several processes write
// there, each its own files.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MixopError } from '../base/errors.ts';
import { codeOf, makeFolder, namesIn, remove, unreadable, writeAtomic } from './files.ts';

const ending = '.safetensors';

function pathOf(run: string, name: string): string {
  return join(run, 'weights', name + ending);
}

export async function writeWeights(run: string, name: string, bytes: Uint8Array): Promise<void> {
  await makeFolder(join(run, 'weights'));
  await writeAtomic(pathOf(run, name), bytes);
}

/** Throws a `MixopError` where there are none of this name. */
export async function readWeights(run: string, name: string): Promise<Uint8Array> {
  const path = pathOf(run, name);
  try {
    return await readFile(path);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw unreadable(path, error);
    throw new MixopError('run', path, 'is gone, and another network begins with it', 'begin the run again');
  }
}

/** Removes the weights whose names are not to be kept. */
export async function removeWeights(run: string, keep: (name: string) => boolean): Promise<void> {
  const files = (await namesIn(join(run, 'weights'))) ?? [];
  const names = files.filter((file) => file.endsWith(ending)).map((file) => file.slice(0, -ending.length));
  for (const name of names.filter((one) => !keep(one))) await remove(pathOf(run, name));
}

// A folder that holds several runs, and files about all of them: a comparison. It holds no run of its own.

import { join } from 'node:path';
import { MixopError } from '../base/errors.ts';
import { makeFolder, writeAtomic } from './files.ts';
import { artefactName, configFile, folderContent } from './folder-content.ts';

/** Throws a `MixopError` for the folder of a run: other runs inside it would not be found. */
export async function refuseRunFolder(path: string): Promise<void> {
  if ((await folderContent(path)) !== 'run') return;
  throw new MixopError('run', path, `holds a run (${configFile})`, 'give another folder for several runs');
}

/** Writes files by name, each atomically. */
export async function writeGroupFiles(path: string, files: Readonly<Record<string, string>>): Promise<void> {
  await makeFolder(path);
  for (const [name, content] of Object.entries(files))
    await writeAtomic(join(path, artefactName(name)), content);
}

// The names of a run's own files, and what a folder holds before anything is written to it.

import { lstat, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { MixopError } from '../base/errors.ts';
import { codeOf, isTemporary, namesIn, readText, unreadable } from './files.ts';
import { isJsonObject } from './json.ts';
import type { JsonObject } from './json.ts';
import { lockFile } from './lock.ts';
import { weightsFolder } from './weight-files.ts';

export const configFile = 'config.json';
export const machineFile = 'machine.json';
export const metricsFile = 'metrics.jsonl';
export const alphasFile = 'alphas.jsonl';
export const ledgerFile = 'ledger.jsonl';
export const checkpointFolder = 'checkpoints';
const files = [configFile, machineFile, metricsFile, alphasFile, ledgerFile, lockFile];
const folders = [checkpointFolder, weightsFolder];
const ownFiles = [...files, ...folders];

/** `fresh`: empty, or only what a run leaves that was killed before it was there. */
export type FolderContent = 'missing' | 'file' | 'fresh' | 'run' | 'other';

export async function folderContent(path: string): Promise<FolderContent> {
  if (path === '') throw new MixopError('run', 'run folder', 'has no name', 'give one, as runs/mine');
  try {
    if (!(await stat(path)).isDirectory()) return 'file';
  } catch (error) {
    // Below a file (ENOTDIR) nothing can exist either; making the folder will say so.
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return 'missing';
    throw unreadable(path, error);
  }
  const names = (await namesIn(path)) ?? [];
  if (names.includes(configFile)) return 'run';
  return names.every(comesBeforeConfig) ? 'fresh' : 'other';
}

function comesBeforeConfig(name: string): boolean {
  return isTemporary(name) || name === lockFile || name === machineFile;
}

/** Throws unless a new run can be made there. */
export function refuseContent(path: string, content: FolderContent): void {
  if (content === 'missing' || content === 'fresh') return;
  const [problem, remedy] = {
    file: ['is a file, not a folder', 'give another --out'],
    run: [`holds another run (${configFile})`, 'continue it with --resume or give another --out'],
    other: ['is not empty and holds no run', 'give another --out or an empty folder'],
  }[content] as [string, string];
  throw new MixopError('run', path, problem, remedy);
}

/**
 * Throws a `MixopError` where one of a run's own files or folders is something else: going on with the run would write,
 * or remove, what a link leads to.
 */
export async function refuseLinks(path: string): Promise<void> {
  for (const name of ownFiles) {
    const own = join(path, name);
    const found = await lstat(own).catch((error: unknown) => {
      if (codeOf(error) !== 'ENOENT') throw unreadable(own, error);
    });
    if (found === undefined) continue;
    const wanted = folders.includes(name) ? 'folder' : 'file';
    if (wanted === 'folder' ? found.isDirectory() : found.isFile()) continue;
    const problem = `is ${found.isSymbolicLink() ? 'a link' : `no ${wanted}`}, which a run that goes on does not write to`;
    throw new MixopError('run', own, problem, `put the ${wanted} itself there, or remove it`);
  }
}

/** The object in a JSON file of a run, or an error that names the file. */
export async function readObject(file: string): Promise<JsonObject> {
  const text = (await readText(file)) ?? '';
  let problem = 'it is not an object';
  try {
    const value: unknown = JSON.parse(text);
    if (isJsonObject(value)) return value;
  } catch (error) {
    // V8 quotes the text around the fault, line breaks included.
    problem = (error as Error).message.replaceAll(/\s+/g, ' ');
  }
  throw new MixopError(
    'run',
    file,
    `malformed: ${problem}`,
    'restore it or start a new run with another --out',
  );
}

/** A plain file name that is none of the run's own. */
export function artefactName(name: string): string {
  if (!/^[\w-][\w.-]*$/.test(name) || ownFiles.includes(name) || isTemporary(name))
    throw new RangeError(`${JSON.stringify(name)} cannot be the name of an artefact`);
  return name;
}

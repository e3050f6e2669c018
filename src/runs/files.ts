// Writing so that a kill or a power cut leaves the old file or the new one, never a part of either.
// Its own writer, because write-file-atomic 7 writes once and ignores how much was written: on a full disk
// it renames a truncated file into place (seen on a 64 KiB tmpfs).

import { constants } from 'node:fs';
import type { copyFile, FileHandle } from 'node:fs/promises';
import { lstat, mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { MixopError } from '../base/errors.ts';

/** Windows has neither flag. */
const noFollow = constants.O_NOFOLLOW ?? 0;
const noWait = constants.O_NONBLOCK ?? 0;

let written = 0;

/** A name for a temporary file beside `path`; `isTemporary` knows it again. */
function temporaryName(path: string): string {
  return `${path}.${process.pid}-${++written}.tmp`;
}

export function isTemporary(name: string): boolean {
  return /\.\d+-\d+\.tmp$/.test(name);
}

/** Writes a file atomically and durably: temporary file, fsync, rename, fsync of the folder. */
export async function writeAtomic(path: string, data: string | Uint8Array): Promise<void> {
  const temporary = temporaryName(path);
  try {
    // Not through a link that somebody put there under this name.
    const file = await open(temporary, constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | noFollow);
    try {
      await file.writeFile(data);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
    await syncFolder(dirname(path));
  } catch (error) {
    // What cannot be removed either is left: the next start cleans it away.
    await rm(temporary, { force: true }).catch(() => undefined);
    throw unwritable(path, error);
  }
}

/**
 * Makes a folder and those above it. Not by mkdir's `recursive`: in Node 20 that never returns where the
 * system answers ENOENT although the parent is there (below /proc).
 */
export async function makeFolder(path: string): Promise<void> {
  const parent = dirname(path);
  if (parent !== path && !(await exists(parent))) await makeFolder(parent);
  try {
    await mkdir(path);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw unwritable(path, error);
  }
}

/** Makes renames in a folder durable. Windows cannot open a folder, and does not need it. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Removes what interrupted writes left in a folder. Only for who holds the run's lock. */
export async function removeTemporaries(folder: string): Promise<void> {
  const names = (await namesIn(folder)) ?? [];
  for (const name of names.filter(isTemporary)) await remove(join(folder, name));
}

/** The names in a folder, sorted; undefined where there is none. */
export async function namesIn(folder: string): Promise<string[] | undefined> {
  try {
    return (await readdir(folder)).sort();
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw unreadable(folder, error);
  }
}

/** Opens a file of a run to read it. Throws a `MixopError` for a pipe or device, whose end may never come. */
export async function openFile(path: string): Promise<FileHandle> {
  const handle = await open(path, constants.O_RDONLY | noWait);
  const found = await handle.stat();
  if (found.isFile() || found.isDirectory()) return handle;
  await handle.close();
  throw new MixopError('run', path, 'is a pipe or a device, not a file', 'remove it');
}

/** The bytes of a run's file; undefined where there is none. */
export async function readIfThere(path: string): Promise<Buffer | undefined> {
  try {
    const handle = await openFile(path);
    try {
      return await handle.readFile();
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw unreadable(path, error);
  }
}

/** The text of a run's file; undefined where there is none. */
export async function readText(path: string): Promise<string | undefined> {
  return (await readIfThere(path))?.toString('utf8');
}

/** The text of what a user named, which may be a pipe. */
export async function readGiven(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw unreadable(path, error);
  }
}

/** Removes a file, if it is there. */
export async function remove(path: string): Promise<void> {
  try {
    await rm(path, { force: true });
  } catch (error) {
    throw unwritable(path, error);
  }
}

/** Keeps a damaged file beside what replaces it: renames or copies it to a free name `.refused`. */
export async function setAside(path: string, how: typeof rename | typeof copyFile): Promise<void> {
  const aside = await freeName(`${path}.refused`);
  try {
    await how(path, aside);
  } catch (error) {
    throw unwritable(aside, error);
  }
}

/** `path`, or `path-2`, `path-3`, whichever is not taken. */
async function freeName(path: string): Promise<string> {
  let name = path;
  for (let i = 2; await exists(name); i++) name = `${path}-${i}`;
  return name;
}

async function exists(path: string): Promise<boolean> {
  try {
    // A link that leads nowhere is there too.
    await lstat(path);
    return true;
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return false;
    throw unreadable(path, error);
  }
}

/** The error code of a failed system call (`ENOENT`), undefined for any other error. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** A failed system call as an error for users; a defect stays what it is. */
export function unwritable(path: string, error: unknown): unknown {
  if (codeOf(error) === undefined) return error;
  const remedy = 'check its permissions and the free space, or write elsewhere';
  return new MixopError('run', path, `cannot be written (${reasonOf(error)})`, remedy, { cause: error });
}

export function unreadable(path: string, error: unknown): unknown {
  if (codeOf(error) === undefined) return error;
  const problem = `cannot be read (${reasonOf(error)})`;
  return new MixopError('run', path, problem, 'check its permissions', { cause: error });
}

/** `ENOTDIR: not a directory` of `ENOTDIR: not a directory, mkdir 'a/b'`. */
function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message.split(',', 1)[0]! : String(error);
}

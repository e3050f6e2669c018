// One process at a time writes a run: the file `lock` names it. A lock whose process is gone is taken over.
// Not safe between hosts that share a disk: there the user is asked.

import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { MixopError } from '../base/errors.ts';
import { codeOf, readText, unwritable } from './files.ts';
import { canonicalJson, isJsonObject } from './json.ts';

export const lockFile = 'lock';
/** Milliseconds between two looks at a lock that is changing hands. */
const pause = 40;
/** A guard (see `removeStale`) is held for a moment; an older one was left by a kill. */
const guardSeconds = 2;
/** Enough to outlast such a guard. */
const attempts = (2 * guardSeconds * 1000) / pause;

export interface LockOwner {
  readonly pid: number;
  readonly host: string;
  /** The kernel's start time of the process: pids are reused, most of all in containers. Null if unknown. */
  readonly started: string | null;
}

/** Takes the lock of a folder and gives a function that releases it. */
export async function takeLock(folder: string): Promise<() => Promise<void>> {
  const file = join(folder, lockFile);
  const started = (await startOf(process.pid)) ?? null;
  const mine = canonicalJson({ pid: process.pid, host: hostname(), started }) + '\n';
  for (let attempt = 0; attempt < attempts; attempt++) {
    try {
      await writeFile(file, mine, { flag: 'wx' });
      return async () => {
        if ((await readText(file)) === mine) await rm(file, { force: true });
      };
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw unwritable(file, error);
    }
    const { text, owner } = await readLock(file);
    if (owner && (await mayLive(owner))) throw busy(file, owner);
    if (text !== undefined) await removeStale(file, text);
  }
  throw new MixopError('run', file, 'other processes keep taking this lock', 'run one process per folder');
}

/** The owner of a folder's lock if it may still be there, else undefined. */
export async function lockOwner(folder: string): Promise<LockOwner | undefined> {
  const { owner } = await readLock(join(folder, lockFile));
  return owner && (await mayLive(owner)) ? owner : undefined;
}

function busy(file: string, owner: LockOwner): MixopError {
  const elsewhere = owner.host === hostname() ? '' : ` on ${owner.host}`;
  const problem = `another process (pid ${owner.pid}${elsewhere}) is writing this run`;
  const remedy = 'wait for it, stop it, or give another --out';
  // A process elsewhere cannot be looked up from here.
  return new MixopError(
    'run',
    file,
    problem,
    elsewhere ? `${remedy}; if it is gone, delete this file` : remedy,
  );
}

/**
 * Removes a lock whose owner is gone. Under a guard: else a process that saw the stale lock a moment ago could
 * remove the new one of a process that was faster. Who does not get the guard tries again later.
 */
async function removeStale(file: string, stale: string): Promise<void> {
  // A temporary name, so that a kill right here leaves nothing behind for long.
  const guard = `${file}.0-0.tmp`;
  try {
    await writeFile(guard, '', { flag: 'wx' });
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw unwritable(guard, error);
    const age = Date.now() - ((await stat(guard).catch(() => undefined))?.mtimeMs ?? Infinity);
    if (age > guardSeconds * 1000) await rm(guard, { force: true });
    await sleep(pause);
    return;
  }
  if ((await readLock(file)).text === stale) await rm(file, { force: true });
  await rm(guard, { force: true });
}

/** An unreadable lock gets a moment: its owner may be between creating and writing it. */
async function readLock(file: string): Promise<{ text: string | undefined; owner: LockOwner | undefined }> {
  let text: string | undefined;
  for (let attempt = 0; attempt < 5; attempt++) {
    text = await readText(file);
    const owner = text === undefined ? undefined : parseOwner(text);
    if (text === undefined || owner) return { text, owner };
    await sleep(pause);
  }
  return { text, owner: undefined };
}

function parseOwner(text: string): LockOwner | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (!isJsonObject(value)) return undefined;
    const { pid, host, started } = value;
    // Only a positive pid names one process; kill(0) and kill(-n) ask for whole groups.
    if (!Number.isSafeInteger(pid) || (pid as number) <= 0 || typeof host !== 'string') return undefined;
    return { pid: pid as number, host, started: typeof started === 'string' ? started : null };
  } catch {
    return undefined;
  }
}

async function mayLive(owner: LockOwner): Promise<boolean> {
  if (owner.host !== hostname()) return true;
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    // EPERM: it is there and belongs to another user.
    return codeOf(error) === 'EPERM';
  }
  return owner.started === null || (await startOf(owner.pid)) === owner.started;
}

/** Start time of a process from Linux's /proc; undefined where it is unknown, and for a zombie. */
async function startOf(pid: number): Promise<string | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  // The second field is the name in parentheses and may hold anything; the state is the third field, the
  // start time the 22nd.
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields?.[0] === 'Z' ? undefined : fields?.[19];
}

// One process at a time writes a run: who made the file `lock` holds a lease, and renews it while it lives. A lock whose
// process is certainly gone is taken over at once; any other once it was not renewed for as long as a lease lasts, by the
// clock of who waits, since hosts that share a disk need not agree on the time.
// Not proper-lockfile 4.1.2: it renews by a timer of the main thread, which a long step holds up, compares the clocks of
// hosts, waits for the lease of processes that are known to be dead, and tells its holder of a loss only at the next
// renewal, not before a write. It has had no release since 2021.

import { randomUUID } from 'node:crypto';
import { rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { MixopError } from '../base/errors.ts';
import { codeOf, openFile, readText, unreadable, unwritable } from './files.ts';
import { canonicalJson } from './json.ts';
import { fateOf, isNear, type LockOwner, parseOwner, thisProcess } from './lock-owner.ts';
import { renew } from './renewal.ts';

export const lockFile = 'lock';

/** Milliseconds. */
export interface LeaseTimes {
  /** Between two renewals. */
  readonly renewal: number;
  /** After which a lease that was not renewed has ended. */
  readonly lease: number;
}

/** Ten renewals may be late: disks stall for seconds while others write. */
const usualTimes: LeaseTimes = { renewal: 2000, lease: 20_000 };
/** Milliseconds between two looks at a lock. */
const pause = 40;
/** A guard (see `removeStale`) is held for a moment; an older one was left by a kill. */
const guardSeconds = 2;
/** Enough to outlast such a guard. */
const attempts = (2 * guardSeconds * 1000) / pause;

export interface Lease {
  /** Throws a `MixopError` once the lock is another's, or gone: to be called before every write. */
  check(): Promise<void>;
  release(): Promise<void>;
}

/** Takes the lock of a folder. */
export async function takeLock(folder: string, times = usualTimes): Promise<Lease> {
  const file = join(folder, lockFile);
  const mine = canonicalJson(await thisProcess(randomUUID())) + '\n';
  for (let attempt = 0; attempt < attempts; attempt++) {
    if (await create(file, mine)) return hold(file, mine, times);
    const seen = await look(file);
    if (seen === undefined) continue;
    const owner = parseOwner(seen.text);
    let fate = owner === undefined ? 'unknown' : await fateOf(owner);
    if (fate === 'unknown') fate = await watch(file, seen, times.lease);
    if (fate === 'alive' && owner !== undefined) throw await busy(file, owner);
    if (fate === 'gone') await removeStale(file, seen.text);
  }
  throw new MixopError('run', file, 'other processes keep taking this lock', 'run one process per folder');
}

/** The owner of a folder's lock if it may still be there, else undefined. Does not wait: goes by the file's time. */
export async function lockOwner(folder: string): Promise<LockOwner | undefined> {
  const seen = await look(join(folder, lockFile));
  const owner = seen && parseOwner(seen.text);
  if (owner === undefined) return undefined;
  const fate = await fateOf(owner);
  const renewed = Math.abs(Date.now() - seen!.time) < usualTimes.lease;
  return fate === 'alive' || (fate === 'unknown' && renewed) ? owner : undefined;
}

async function create(file: string, text: string): Promise<boolean> {
  try {
    await writeFile(file, text, { flag: 'wx' });
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw unwritable(file, error);
  }
  // Whoever was stopped before it wrote may have made a file that others removed as abandoned.
  return (await readText(file)) === text;
}

async function hold(file: string, mine: string, { renewal }: LeaseTimes): Promise<Lease> {
  const isMine = async (): Promise<boolean> => (await readText(file)) === mine;
  const stop = await renew(file, mine, renewal).catch(async (error: unknown) => {
    await rm(file, { force: true });
    throw error;
  });
  return {
    async check() {
      if (await isMine()) return;
      const problem = 'this run was taken over, or its lock removed, while this process stood still';
      throw new MixopError('run', file, problem, 'nothing was written since; continue it with --resume');
    },
    async release() {
      await stop();
      if (await isMine()) await rm(file, { force: true });
    },
  };
}

async function busy(file: string, owner: LockOwner): Promise<MixopError> {
  const where = (await isNear(owner)) ? '' : ` on ${owner.host}, or in another container`;
  const problem = `another process (pid ${owner.pid}${where}) is writing this run`;
  return new MixopError('run', file, problem, 'wait for it, stop it, or give another --out');
}

interface Seen {
  readonly text: string;
  /** When it was renewed, by the clock of the disk. */
  readonly time: number;
}

/** Reads the lock; undefined where there is none. By opening it: a shared disk answers `stat` from memory. */
async function look(file: string): Promise<Seen | undefined> {
  try {
    const handle = await openFile(file);
    try {
      const { mtimeMs } = await handle.stat();
      return { text: await handle.readFile('utf8'), time: mtimeMs };
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw unreadable(file, error);
  }
}

/** `alive` if the lock is renewed, `gone` if it is not for as long as a lease lasts, `unknown` if it is another lock now. */
async function watch(file: string, seen: Seen, lease: number): Promise<'alive' | 'gone' | 'unknown'> {
  const start = performance.now();
  while (performance.now() - start < lease) {
    await sleep(pause);
    const now = await look(file);
    if (now?.text !== seen.text) return 'unknown';
    if (now.time !== seen.time) return 'alive';
  }
  return 'gone';
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
    const age = Math.abs(Date.now() - ((await stat(guard).catch(() => undefined))?.mtimeMs ?? Infinity));
    if (age > guardSeconds * 1000) await rm(guard, { force: true });
    await sleep(pause);
    return;
  }
  if ((await readText(file)) === stale) await rm(file, { force: true });
  await rm(guard, { force: true });
}

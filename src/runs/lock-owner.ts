// Who holds a lock, and whether that process is certainly alive or certainly gone. A process number says this only to
// processes of the same boot and the same pid namespace: containers share host names, and each has a process 1.

import { readFile, readlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import * as z from 'zod';
import { codeOf } from './files.ts';

const unknown = z.string().nullable().default(null);

const ownerSchema = z.object({
  // Only a positive number names one process; kill(0) and kill(-n) ask for whole groups.
  pid: z.int().positive(),
  host: z.string(),
  /** The kernel's start time of the process: numbers are reused. Null where unknown, as outside of Linux. */
  started: unknown,
  /** The boot of the kernel. */
  boot: unknown,
  /** The pid namespace, `pid:[4026531836]`; the same name may be another one on another host. */
  namespace: unknown,
  /** Of this one acquisition, so that no two locks have the same text. */
  token: unknown,
});

export type LockOwner = z.output<typeof ownerSchema>;

/** `unknown`: only the age of its lease can tell. */
export type Fate = 'alive' | 'gone' | 'unknown';

/** This process, as an owner. */
export async function thisProcess(token: string): Promise<LockOwner> {
  const [started, boot, namespace] = await Promise.all([startOf('self'), bootId(), pidNamespace()]);
  return { pid: process.pid, host: hostname(), started, boot, namespace, token };
}

/** The owner that the text of a lock names; undefined for any other text. */
export function parseOwner(text: string): LockOwner | undefined {
  try {
    return ownerSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

export async function fateOf({ pid, boot, namespace, started }: LockOwner): Promise<Fate> {
  const here = await thisProcess('');
  if (boot === null || namespace === null || boot !== here.boot || namespace !== here.namespace)
    return 'unknown';
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it is there and belongs to another user.
    if (codeOf(error) !== 'EPERM') return 'gone';
  }
  // In a namespace without a /proc of its own, /proc/PID is another process.
  if ((await linkOf('/proc/self')) !== String(process.pid) || started === null) return 'unknown';
  return (await startOf(pid)) === started ? 'alive' : 'gone';
}

/** Whether the owner's process may be seen under its number from here. */
export async function isNear({ boot, namespace }: LockOwner): Promise<boolean> {
  const here = await thisProcess('');
  return boot === here.boot && namespace === here.namespace;
}

/** Start time of a process from Linux's /proc; null where it is unknown, and for a zombie. */
async function startOf(pid: number | 'self'): Promise<string | null> {
  const stat = await textOf(`/proc/${pid}/stat`);
  // The second field is the name in parentheses and may hold anything; the state is the third field, the
  // start time the 22nd.
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields?.[0] === 'Z' ? null : (fields?.[19] ?? null);
}

async function bootId(): Promise<string | null> {
  return (await textOf('/proc/sys/kernel/random/boot_id'))?.trim() ?? null;
}

async function pidNamespace(): Promise<string | null> {
  return linkOf('/proc/self/ns/pid');
}

async function textOf(path: string): Promise<string | null> {
  return readFile(path, 'utf8').catch(() => null);
}

async function linkOf(path: string): Promise<string | null> {
  return readlink(path).catch(() => null);
}

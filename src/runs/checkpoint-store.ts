// The folder `checkpoints/` of a run: `step-00000042.ckpt`, the last few kept, the newest valid one found.

import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { CheckpointError, decodeCheckpoint, encodeCheckpoint } from './checkpoint.ts';
import type { CheckpointState } from './checkpoint.ts';
import { makeFolder, namesIn, readIfThere, remove, setAside, writeAtomic } from './files.ts';
import type { Warning } from './json-log.ts';

export interface StoredCheckpoint {
  readonly file: string;
  readonly step: number;
}

export interface LatestCheckpoint {
  /** Undefined if there is none that can be used: the run starts from its beginning. */
  readonly found: (StoredCheckpoint & { readonly state: CheckpointState }) | undefined;
  /** The newer ones that were refused, newest first. */
  readonly refused: readonly Warning[];
}

export function checkpointName(step: number): string {
  return `step-${String(step).padStart(8, '0')}.ckpt`;
}

/** Oldest first. Temporary, refused and foreign files are not among them. */
export async function listCheckpoints(folder: string): Promise<StoredCheckpoint[]> {
  const names = (await namesIn(folder)) ?? [];
  return names
    .flatMap((file) => {
      const step = /^step-(\d{8,15})\.ckpt$/.exec(file)?.[1];
      return step === undefined ? [] : { file, step: Number(step) };
    })
    .sort((a, b) => a.step - b.step);
}

/** Writes a checkpoint and, once it is there, removes all but the last `keep` up to its step. */
export async function writeCheckpoint(
  folder: string,
  step: number,
  state: CheckpointState,
  keep: number,
): Promise<string> {
  if (!Number.isSafeInteger(step) || step < 0) throw new RangeError(`step ${step} is not a count`);
  if (!Number.isSafeInteger(keep) || keep < 1) throw new RangeError(`keep ${keep} would leave no checkpoint`);
  await makeFolder(folder);
  const file = checkpointName(step);
  await writeAtomic(join(folder, file), encodeCheckpoint(state));
  // What claims a later step was not written by this run, and must not push its own checkpoints out.
  const mine = (await listCheckpoints(folder)).filter((stored) => stored.step <= step);
  for (const { file } of mine.slice(0, -keep)) await remove(join(folder, file));
  return file;
}

/**
 * The newest checkpoint that verifies. Damaged ones are named in `refused` and, with `keepAside`, renamed to
 * `.refused` (never deleted). One of another format version is an error: it is intact, so falling back to
 * an older state would throw away good work.
 */
export async function latestCheckpoint(folder: string, keepAside: boolean): Promise<LatestCheckpoint> {
  const refused: Warning[] = [];
  for (const { file, step } of (await listCheckpoints(folder)).toReversed()) {
    const path = join(folder, file);
    const bytes = await readIfThere(path);
    // Its writer has removed it since it was listed.
    if (bytes === undefined) continue;
    try {
      return { found: { file, step, state: decodeCheckpoint(bytes, path) }, refused };
    } catch (error) {
      if (!(error instanceof CheckpointError) || error.fault === 'version') throw error;
      refused.push({ file, reason: error.reason });
      if (keepAside) await setAside(path, rename);
    }
  }
  return { found: undefined, refused };
}

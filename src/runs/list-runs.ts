// What `mixop runs ls` shows of each run in a folder. It only reads, and a broken run is shown as broken.

import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { MixopError } from '../base/errors.ts';
import { codeOf, namesIn, unreadable } from './files.ts';
import { folderContent, machineFile, metricsFile } from './folder-content.ts';
import { lockOwner } from './lock.ts';
import { RunFolder } from './run-folder.ts';
import type { Json } from './json.ts';

/**
 * The lines of `metrics.jsonl` that a summary is read from. Other keys stand beside them.
 * `epoch`: one at the end of each epoch; its key `epoch` counts the epochs that are complete.
 * `finished`: the run's last line.
 */
export const lineKinds = { epoch: 'epoch', finished: 'finished' } as const;

export interface RunSummary {
  /** The folder's name. */
  readonly name: string;
  readonly path: string;
  readonly state: 'running' | 'finished' | 'stopped' | 'broken';
  readonly epochsDone: number;
  /** `epochs` of the configuration; null if it has none. */
  readonly epochs: number | null;
  /** `validationAccuracy` of the last epoch's line; null before the first. */
  readonly validationAccuracy: number | null;
  /** The text of `genotype.txt`; null before the run has one. */
  readonly genotype: string | null;
  /** Why a run is broken. */
  readonly problem?: string;
}

/** Summaries of the runs directly inside a folder, by name. Folders that never held a run are left out. */
export async function listRuns(directory: string): Promise<RunSummary[]> {
  const summaries: RunSummary[] = [];
  for (const name of await foldersIn(directory)) {
    const summary = await summarizeRun(directory, name);
    if (summary) summaries.push(summary);
  }
  return summaries;
}

/** The summary of one run; undefined if the folder holds none. */
export async function summarizeRun(directory: string, name: string): Promise<RunSummary | undefined> {
  const path = join(directory, name);
  try {
    if (!(await heldRun(path))) return undefined;
    const run = await RunFolder.open(path);
    // The lock first: a run that ends meanwhile has then written its last line before it is read.
    const running = (await lockOwner(path)) !== undefined;
    const lines = await run.readMetrics();
    const last = lines.findLast((line) => line.kind === lineKinds.epoch);
    const finished = lines.at(-1)?.kind === lineKinds.finished;
    return {
      name,
      path,
      state: finished ? 'finished' : running ? 'running' : 'stopped',
      epochsDone: last?.epoch ?? 0,
      epochs: numberOrNull(run.config.epochs),
      validationAccuracy: numberOrNull(last?.validationAccuracy),
      genotype: (await run.readArtefact('genotype.txt'))?.trim() ?? null,
    };
  } catch (error) {
    if (!(error instanceof MixopError)) throw error;
    const empty = { epochsDone: 0, epochs: null, validationAccuracy: null, genotype: null };
    return { name, path, state: 'broken', ...empty, problem: error.message };
  }
}

/** Whether a folder holds a run, or what is left of one. */
async function heldRun(path: string): Promise<boolean> {
  const content = await folderContent(path);
  if (content !== 'other') return content === 'run';
  const names = (await namesIn(path)) ?? [];
  return names.includes(metricsFile) && names.includes(machineFile);
}

async function foldersIn(directory: string): Promise<string[]> {
  try {
    const entries = await readdir(directory, { withFileTypes: true });
    const folders = entries.filter((entry) => entry.isDirectory() || entry.isSymbolicLink());
    return folders.map((entry) => entry.name).sort();
  } catch (error) {
    const code = codeOf(error);
    if (code !== 'ENOENT' && code !== 'ENOTDIR') throw unreadable(directory, error);
    const problem = code === 'ENOENT' ? 'no such folder' : 'is not a folder';
    throw new MixopError('run', directory, problem, 'give the folder that holds the runs');
  }
}

function numberOrNull(value: Json | undefined): number | null {
  return typeof value === 'number' ? value : null;
}

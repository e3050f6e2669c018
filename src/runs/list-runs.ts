// What `mixop runs ls` shows of each run in a folder. It only reads, and a broken run is shown as broken.

import type { Dirent } from 'node:fs';
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
  /** The folder's path below the listed one. */
  readonly name: string;
  readonly path: string;
  readonly state: 'running' | 'finished' | 'stopped' | 'broken';
  readonly epochsDone: number;
  /** `epochs` of the configuration; null if it has none. */
  readonly epochs: number | null;
  /** Of the last epoch that was evaluated; null before the first. */
  readonly validationAccuracy: number | null;
  /** The text of `genotype.txt`; null before the run has one. */
  readonly genotype: string | null;
  /** Why a run is broken. */
  readonly problem?: string;
}

/** Folders in folders that are looked into: those of comparisons hold trainings, which hold a run for every seed. */
const deepest = 3;

/**
 * Summaries of the runs inside a folder, by name, and of those in its folders that are no runs themselves. Folders that
 * never held a run are left out.
 */
export async function listRuns(directory: string): Promise<RunSummary[]> {
  return runsBelow(directory, '', await foldersIn(directory));
}

/** Folders of runs as they are, and of others the runs inside; where there are none, the folder itself. */
export async function runsAmong(paths: readonly string[]): Promise<readonly string[]> {
  const found: string[] = [];
  for (const path of paths) {
    const inside = (await folderContent(path)) === 'other' ? await listRuns(path) : [];
    found.push(...(inside.length > 0 ? inside.map((run) => run.path) : [path]));
  }
  return found;
}

/** below: where these folders lie in the listed one, nothing or a path with its slash. */
async function runsBelow(
  directory: string,
  below: string,
  folders: readonly Dirent[],
): Promise<RunSummary[]> {
  const summaries: RunSummary[] = [];
  for (const folder of folders) {
    const name = below + folder.name;
    const summary = await summarizeRun(directory, name);
    if (summary) summaries.push(summary);
    else if (name.split('/').length < deepest && mayHoldRuns(folder))
      summaries.push(...(await runsBelow(directory, `${name}/`, await foldersInside(join(directory, name)))));
  }
  return summaries;
}

/** Not folders of tools, where there is much to look through, and no links, which may lead back. */
function mayHoldRuns(folder: Dirent): boolean {
  return !folder.name.startsWith('.') && folder.name !== 'node_modules' && !folder.isSymbolicLink();
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
    const epochs = lines.filter((line) => line.kind === lineKinds.epoch);
    const last = epochs.at(-1);
    const scored = epochs.findLast((line) => typeof line.validationAccuracy === 'number');
    const finished = lines.at(-1)?.kind === lineKinds.finished;
    return {
      name,
      path,
      state: finished ? 'finished' : running ? 'running' : 'stopped',
      epochsDone: last?.epoch ?? 0,
      epochs: numberOrNull(run.config.epochs),
      validationAccuracy: numberOrNull(scored?.validationAccuracy),
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

/** As `foldersIn`; none of a folder that cannot be read, which need not be one of runs. */
async function foldersInside(path: string): Promise<readonly Dirent[]> {
  try {
    return await foldersIn(path);
  } catch (error) {
    if (error instanceof MixopError) return [];
    throw error;
  }
}

async function foldersIn(directory: string): Promise<readonly Dirent[]> {
  try {
    const entries = await readdir(directory, { withFileTypes: true });
    const folders = entries.filter((entry) => entry.isDirectory() || entry.isSymbolicLink());
    return folders.sort((a, b) => (a.name < b.name ? -1 : 1));
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

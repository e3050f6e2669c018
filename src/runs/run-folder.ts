// One run in one folder: what is in it, and the order in which it is written so that a kill at any moment
// leaves either no run or one that can be resumed. It knows nothing of searching.
//
//   config.json     written last when a run is made: where it is, there is a run
//   machine.json    who computed which segment        lock            who is writing now
//   metrics.jsonl   what was measured                 alphas.jsonl    alpha of every epoch
//   ledger.jsonl    what every evaluation gave, where architectures are evaluated one by one
//   checkpoints/    the last few states               genotype.txt, genotype.json, *.svg: artefacts

import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MixopError } from '../base/errors.ts';
import { latestCheckpoint, writeCheckpoint } from './checkpoint-store.ts';
import type { LatestCheckpoint } from './checkpoint-store.ts';
import type { CheckpointState } from './checkpoint.ts';
import { compareConfig } from './compare-config.ts';
import { makeFolder, namesIn, readText, removeTemporaries, setAside, writeAtomic } from './files.ts';
import { alphasFile, artefactName, checkpointFolder, configFile, folderContent } from './folder-content.ts';
import {
  ledgerFile,
  machineFile,
  metricsFile,
  readObject,
  refuseContent,
  refuseLinks,
} from './folder-content.ts';
import { appendLines, readLines, syncLog, truncateAfter } from './json-log.ts';
import type { LogLine, Warning } from './json-log.ts';
import { canonicalJson, isJsonObject } from './json.ts';
import type { JsonObject } from './json.ts';
import { type Lease, takeLock } from './lock.ts';
import { migrateConfig } from './migrate-config.ts';
import { addSegment, machineText } from './machine.ts';
import type { Machine, Position, Segment } from './machine.ts';

/** Checkpoints that a run keeps: it goes on from the newest that is whole. */
export const checkpointsKept = 2;

export class RunFolder {
  readonly path: string;
  /** The resolved configuration that the run was made with, under today's names. */
  readonly config: JsonObject;
  /** Undefined for a run that was opened to be read. */
  private readonly lease: Lease | undefined;

  private constructor(path: string, config: JsonObject, lease?: Lease) {
    this.path = path;
    this.config = config;
    this.lease = lease;
  }

  /** Makes a new run, holding its lock until `close`. */
  static async create(path: string, config: JsonObject, machine: Machine): Promise<RunFolder> {
    refuseContent(path, await folderContent(path));
    await makeFolder(path);
    return locked(path, async (lease) => {
      // Again, now that nobody else writes here.
      refuseContent(path, await folderContent(path));
      await removeTemporaries(path);
      await writeAtomic(join(path, machineFile), machineText([{ ...machine, at: { epoch: 0, step: 0 } }]));
      await writeAtomic(join(path, configFile), canonicalJson(config, 2) + '\n');
      return new RunFolder(path, config, lease);
    });
  }

  /** Opens a run to read it; changes nothing, and another process may be writing it. */
  static async open(path: string): Promise<RunFolder> {
    const content = await folderContent(path);
    const remedy = 'give the folder of a run (`mixop runs ls` lists them)';
    if (content === 'missing') throw new MixopError('run', path, 'no such folder', remedy);
    if (content === 'file') throw new MixopError('run', path, 'is a file, not the folder of a run', remedy);
    if (content === 'other') throw new MixopError('run', path, `holds no run (no ${configFile})`, remedy);
    if (content === 'fresh') {
      const problem = `holds no run yet (no ${configFile})`;
      throw new MixopError('run', path, problem, 'start it with its whole configuration');
    }
    return new RunFolder(path, migrateConfig(await readObject(join(path, configFile))));
  }

  /**
   * Opens a run to continue it, holding its lock until `close`. With `wanted`, it must equal the stored
   * configuration (see `compareConfig`), and a run that was killed before its configuration was there is
   * made anew. The caller then asks for `latestCheckpoint` and calls `continueFrom`.
   */
  static async resume(path: string, wanted: JsonObject | undefined, machine: Machine): Promise<RunFolder> {
    if (wanted && (await folderContent(path)) === 'fresh') return RunFolder.create(path, wanted, machine);
    const { config } = await RunFolder.open(path);
    if (wanted) compareConfig(config, wanted, join(path, configFile));
    await refuseLinks(path);
    return locked(path, async (lease) => {
      await removeTemporaries(path);
      await removeTemporaries(join(path, checkpointFolder));
      return new RunFolder(path, config, lease);
    });
  }

  /** Lets other processes write the run. */
  async close(): Promise<void> {
    await this.lease?.release();
  }

  /**
   * Makes the run stand at a checkpoint (undefined: at its beginning): drops the lines of its logs that come later
   * and records who continues. Warnings tell what had to be repaired.
   */
  async continueFrom(at: Position | undefined, machine: Machine): Promise<Warning[]> {
    await this.writing();
    const warnings = [
      ...(await this.truncateMetricsAfter(at?.step)),
      ...(await this.truncateAlphas(at?.step)),
      ...(await truncateAfter(join(this.path, ledgerFile), at?.step)),
    ];
    const segment = { ...machine, at: { epoch: at?.epoch ?? 0, step: at?.step ?? 0 } };
    await writeAtomic(join(this.path, machineFile), machineText(addSegment(await this.segments(), segment)));
    return warnings;
  }

  /**
   * Where no checkpoint is left to go on from, copies the logs to `.refused`: the run begins again. One that was
   * killed before its first checkpoint has one line at most, and nothing to keep.
   */
  async keepLogs(): Promise<Warning[]> {
    await this.writing();
    const kept: Warning[] = [];
    for (const file of [metricsFile, alphasFile]) {
      const path = join(this.path, file);
      const lines = ((await readText(path)) ?? '').split('\n').filter((line) => line !== '');
      if (lines.length < 2) continue;
      await setAside(path, copyFile);
      kept.push({ file, reason: 'no checkpoint is left: the run begins again; the old lines are kept' });
    }
    return kept;
  }

  /** Who computed what, in order; empty if `machine.json` was removed. */
  async segments(): Promise<readonly Segment[]> {
    const file = join(this.path, machineFile);
    if ((await readText(file)) === undefined) return [];
    const { segments } = await readObject(file);
    if (Array.isArray(segments) && segments.every(isJsonObject))
      return segments as unknown as readonly Segment[];
    throw new MixopError('run', file, 'has no list `segments`', 'delete it; it only records machines');
  }

  /**
   * Saves a state under its step and keeps the last `keep` checkpoints. Lines of the logs up to this step must be appended before: a resume drops later lines and computes none before it again.
   * Returns the file's path.
   */
  async writeCheckpoint(step: number, state: CheckpointState, keep = checkpointsKept): Promise<string> {
    await this.writing();
    await syncLog(join(this.path, metricsFile));
    await syncLog(join(this.path, alphasFile));
    await syncLog(join(this.path, ledgerFile));
    const folder = join(this.path, checkpointFolder);
    return join(folder, await writeCheckpoint(folder, step, state, keep));
  }

  /** The newest valid checkpoint; damaged ones are named, and renamed if this process writes the run. */
  async latestCheckpoint(): Promise<LatestCheckpoint> {
    await this.lease?.check();
    return latestCheckpoint(join(this.path, checkpointFolder), this.lease !== undefined);
  }

  async appendMetrics(line: LogLine & { readonly kind: string }): Promise<void> {
    await this.writing();
    await appendLines(join(this.path, metricsFile), [line]);
  }

  /** `line.alphas` by convention: rows of alpha by cell kind. */
  async appendAlphas(line: LogLine): Promise<void> {
    await this.writing();
    await appendLines(join(this.path, alphasFile), [line]);
  }

  /** Results of searches without gradient: `step` numbers the evaluations of the run, `epoch` counts what a search spent. */
  async appendLedger(lines: readonly LogLine[]): Promise<void> {
    await this.writing();
    await appendLines(join(this.path, ledgerFile), lines);
  }

  async readMetrics(): Promise<LogLine[]> {
    return readLines(join(this.path, metricsFile));
  }

  async readAlphas(): Promise<LogLine[]> {
    return readLines(join(this.path, alphasFile));
  }

  async readLedger(): Promise<LogLine[]> {
    return readLines(join(this.path, ledgerFile));
  }

  /** Drops metrics later than `step` (undefined: all) and repairs the file. */
  async truncateMetricsAfter(step: number | undefined): Promise<Warning[]> {
    await this.writing();
    return truncateAfter(join(this.path, metricsFile), step);
  }

  /** Writes a file of the run, `genotype.txt` or a drawing, atomically. Returns its path. */
  async writeArtefact(name: string, content: string | Uint8Array): Promise<string> {
    await this.writing();
    const path = join(this.path, artefactName(name));
    await writeAtomic(path, content);
    return path;
  }

  /** The text of an artefact; undefined if there is none of this name. */
  async readArtefact(name: string): Promise<string | undefined> {
    return readText(join(this.path, artefactName(name)));
  }

  async hasArtefact(name: string): Promise<boolean> {
    return ((await namesIn(this.path)) ?? []).includes(artefactName(name));
  }

  private async truncateAlphas(step: number | undefined): Promise<Warning[]> {
    return truncateAfter(join(this.path, alphasFile), step);
  }

  /** Called before every write: who stood still may have lost the run to another process. */
  private async writing(): Promise<void> {
    if (!this.lease) throw new Error(`${this.path} was opened to be read`);
    await this.lease.check();
  }
}

/** Runs `use` under the folder's lock and releases it only if that fails. */
async function locked(path: string, use: (lease: Lease) => Promise<RunFolder>): Promise<RunFolder> {
  const lease = await takeLock(path);
  try {
    return await use(lease);
  } catch (error) {
    await lease.release();
    throw error;
  }
}

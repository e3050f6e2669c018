// What a search or a training writes into its run folder, and in which order: lines first, then the checkpoint that
// covers them.

import { folderContent } from '../runs/folder-content.ts';
import type { Json, JsonObject } from '../runs/json.ts';
import { lineKinds } from '../runs/list-runs.ts';
import type { Machine } from '../runs/machine.ts';
import { RunFolder } from '../runs/run-folder.ts';
import type { Alphas } from '../supernet/alphas.ts';
import type { Completed, Resumed, RunJournal, SavedState } from './run-journal.ts';

export class Journal<P extends { readonly epoch: number }, R> implements RunJournal<P, R> {
  readonly path: string;
  readonly resumed: Resumed<P, R> | undefined;
  readonly warnings: readonly string[];
  private readonly run: RunFolder;
  private readonly keep: number;
  private lastCheckpoint: string | undefined;
  private epochStarted = Date.now();

  private constructor(
    run: RunFolder,
    keep: number,
    resumed: Resumed<P, R> | undefined,
    warnings: readonly string[],
  ) {
    this.run = run;
    this.path = run.path;
    this.keep = keep;
    this.resumed = resumed;
    this.warnings = warnings;
    this.lastCheckpoint = resumed?.file;
  }

  /** Makes a run, or (`resume`) continues the one that is there: from its newest good checkpoint. */
  static async open<P extends { readonly epoch: number }, R>(
    path: string,
    config: JsonObject,
    machine: Machine,
    { resume, keep }: { readonly resume: boolean; readonly keep: number },
  ): Promise<Journal<P, R>> {
    if (!resume || (await folderContent(path)) === 'missing') {
      const warnings = resume ? [`${path} held no run yet: a new one starts`] : [];
      return new Journal(await RunFolder.create(path, config, machine), keep, undefined, warnings);
    }
    const run = await RunFolder.resume(path, config, machine);
    try {
      const { found, refused } = await run.latestCheckpoint();
      const meta = found?.state.meta as unknown as
        | Pick<Resumed<P, R>, 'position' | 'history' | 'memory'>
        | undefined;
      const at = found && meta && { epoch: meta.position.epoch, step: found.step };
      const before = at === undefined ? await run.keepLogs() : [];
      const repaired = await run.continueFrom(at, machine);
      const warnings = [...refused, ...before, ...repaired].map(({ file, reason }) => `${file}: ${reason}`);
      const resumed = found && meta && { ...meta, arrays: found.state.arrays, file: found.file };
      return new Journal(run, keep, resumed, warnings);
    } catch (error) {
      await run.close();
      throw error;
    }
  }

  get checkpoint(): string | undefined {
    return this.lastCheckpoint;
  }

  async epoch(at: Completed, line: JsonObject, alphas?: Alphas): Promise<void> {
    const seconds = (Date.now() - this.epochStarted) / 1000;
    this.epochStarted = Date.now();
    const { epoch, step } = at;
    if (alphas !== undefined) await this.run.appendAlphas({ epoch, step, alphas });
    await this.run.appendMetrics({ ...line, epoch, step, seconds, kind: lineKinds.epoch });
  }

  async save(step: number, position: P, history: readonly R[], state: SavedState): Promise<string> {
    const { arrays, memory } = state;
    const meta = { position, history, ...(memory && { memory }) } as unknown as JsonObject;
    const file = await this.run.writeCheckpoint(step, { meta, arrays }, this.keep);
    this.lastCheckpoint = file;
    return file;
  }

  /** A file of the run beside its own, atomically. Returns its path. */
  async artefact(name: string, content: string | Uint8Array): Promise<string> {
    return this.run.writeArtefact(name, content);
  }

  /** The run's last line; `more` stands beside. */
  async finish({ epoch, step }: Completed, more: JsonObject = {}): Promise<void> {
    const lines = await this.run.readMetrics();
    if (lines.at(-1)?.['kind'] === (lineKinds.finished as Json)) return;
    await this.run.appendMetrics({ ...more, kind: lineKinds.finished, epoch, step });
  }

  async close(): Promise<void> {
    await this.run.close();
  }
}

// The run folder of searches without gradient: lines of the ledger, then the checkpoint that covers them.

import type { LoopState } from '../discrete-baselines/loop.ts';
import { folderContent } from '../runs/folder-content.ts';
import type { JsonObject } from '../runs/json.ts';
import { lineKinds } from '../runs/list-runs.ts';
import type { Machine } from '../runs/machine.ts';
import { RunFolder } from '../runs/run-folder.ts';
import type { BaselineConfig } from './config.ts';
import type { LedgerLine } from './ledger.ts';

/** `seed` searches are complete; the next one has reached `state` (null: it has not begun). */
export interface BaselinePosition {
  readonly seed: number;
  readonly state: LoopState | null;
}

export class BaselineJournal {
  /** Of the run that is continued. */
  readonly lines: readonly LedgerLine[];
  readonly position: BaselinePosition | undefined;
  /** Results of a ledger whose checkpoint is lost: not evaluated again, unless weights are inherited. */
  readonly recorded: readonly LedgerLine[];
  /** What was refused or repaired when the run was opened. */
  readonly warnings: readonly string[];
  private readonly run: RunFolder;
  /** Lines in the file. */
  private written: number;

  private constructor(
    run: RunFolder,
    lines: readonly LedgerLine[] = [],
    position?: BaselinePosition,
    warnings: readonly string[] = [],
    recorded: readonly LedgerLine[] = [],
  ) {
    this.run = run;
    this.lines = lines;
    this.position = position;
    this.warnings = warnings;
    this.recorded = recorded;
    this.written = lines.length;
  }

  /** Makes a run, or (`resume`) continues the one in the folder from its newest good checkpoint. */
  static async open(
    path: string,
    config: BaselineConfig,
    machine: Machine,
    { resume, inherits }: { readonly resume: boolean; readonly inherits: boolean },
  ): Promise<BaselineJournal> {
    const stored = JSON.parse(JSON.stringify({ kind: 'baseline', ...config })) as JsonObject;
    if (!resume || (await folderContent(path)) === 'missing')
      return new BaselineJournal(await RunFolder.create(path, stored, machine));
    const run = await RunFolder.resume(path, stored, machine);
    try {
      const { found, refused } = await run.latestCheckpoint();
      const at = found && { epoch: 0, step: found.step };
      const repaired = await run.continueFrom(at, machine);
      const warnings = [...refused, ...repaired].map(({ file, reason }) => `${file}: ${reason}`);
      const lines = (await run.readLedger()) as LedgerLine[];
      if (found && lines.length < found.step) {
        await run.continueFrom(undefined, machine);
        const lost = `ledger.jsonl: ${found.step - lines.length} evaluations are missing: they are made again`;
        // Weights that later evaluations did not need may be deleted, and children of those cannot be made again.
        return new BaselineJournal(run, [], undefined, [...warnings, lost], inherits ? [] : lines);
      }
      const position = found?.state.meta as unknown as BaselinePosition | undefined;
      return new BaselineJournal(run, lines, position, warnings);
    } catch (error) {
      await run.close();
      throw error;
    }
  }

  /** lines: all of the run. */
  async save(lines: readonly LedgerLine[], position: BaselinePosition): Promise<void> {
    if (lines.length > this.written) await this.run.appendLedger(lines.slice(this.written));
    this.written = lines.length;
    await this.run.writeCheckpoint(lines.length, {
      meta: JSON.parse(JSON.stringify(position)) as JsonObject,
      arrays: {},
    });
  }

  /** Files of the run, by name. */
  async writeResults(files: Readonly<Record<string, string>>): Promise<void> {
    for (const [name, content] of Object.entries(files)) await this.run.writeArtefact(name, content);
  }

  /** The run's last line. optimum: the best possible score, where it is known, so that the folder alone tells the regret. */
  async finish(step: number, optimum: number | undefined): Promise<void> {
    const known = optimum !== undefined && { optimum };
    await this.run.appendMetrics({ epoch: 0, step, kind: lineKinds.finished, ...known });
  }

  async close(): Promise<void> {
    await this.run.close();
  }
}

// The run folder of weights that are trained by sampled paths: opened or gone on with, epochs, checkpoints.

import { folderContent } from '../runs/folder-content.ts';
import type { CheckpointState } from '../runs/checkpoint.ts';
import type { JsonObject } from '../runs/json.ts';
import { lineKinds } from '../runs/list-runs.ts';
import type { Machine } from '../runs/machine.ts';
import { RunFolder } from '../runs/run-folder.ts';
import { requireKind } from '../runs/run-kind.ts';
import type { PathController } from './path-controller.ts';
import type { PathEvent, PathPosition } from './path-loop.ts';

interface Saved {
  readonly position: PathPosition;
  readonly controller?: PathController['state'];
}

export class PathJournal {
  /** Where the run goes on, and from which file; undefined at its beginning. */
  readonly found: (Saved & { readonly file: string; readonly arrays: CheckpointState['arrays'] }) | undefined;
  /** What was refused or repaired when the run was opened. */
  readonly warnings: readonly string[];
  private readonly run: RunFolder;

  private constructor(run: RunFolder, found?: PathJournal['found'], warnings: readonly string[] = []) {
    this.run = run;
    this.found = found;
    this.warnings = warnings;
  }

  /** Makes a run, or (`resume`) goes on with the one that is there, from its newest good checkpoint. */
  static async open(
    out: string,
    config: JsonObject,
    machine: Machine,
    resume: boolean,
  ): Promise<PathJournal> {
    if (!resume || (await folderContent(out)) === 'missing')
      return new PathJournal(await RunFolder.create(out, config, machine));
    if ((await folderContent(out)) === 'run')
      requireKind(out, (await RunFolder.open(out)).config, ['supernet']);
    const run = await RunFolder.resume(out, config, machine);
    try {
      const { found, refused } = await run.latestCheckpoint();
      const saved = found?.state.meta as unknown as Saved | undefined;
      const at = found && { epoch: saved!.position.epoch, step: found.step };
      const repaired = await run.continueFrom(at, machine);
      const warnings = [...refused, ...repaired].map(({ file, reason }) => `${file}: ${reason}`);
      return new PathJournal(
        run,
        found && { ...saved!, file: found.file, arrays: found.state.arrays },
        warnings,
      );
    } catch (error) {
      await run.close();
      throw error;
    }
  }

  /** step: of the whole training. */
  async epoch(
    { position, loss, accuracy, reward }: PathEvent & { kind: 'epoch' },
    step: number,
    last: boolean,
  ): Promise<void> {
    const place = { epoch: position.epoch, step };
    const line = { ...place, kind: lineKinds.epoch, trainLoss: loss, trainAccuracy: accuracy };
    await this.run.appendMetrics(reward === undefined ? line : { ...line, reward });
    if (last) await this.run.appendMetrics({ ...place, kind: lineKinds.finished });
  }

  async save(
    step: number,
    position: PathPosition,
    controller: PathController | undefined,
    arrays: CheckpointState['arrays'],
  ): Promise<void> {
    const meta: Saved = { position, ...(controller && { controller: controller.state }) };
    await this.run.writeCheckpoint(step, { meta: meta as unknown as JsonObject, arrays });
  }

  async genotype(text: string): Promise<void> {
    await this.run.writeArtefact('genotype.txt', `${text}\n`);
  }

  async close(): Promise<void> {
    await this.run.close();
  }
}

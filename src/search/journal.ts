// What a search writes into its run folder, and in which order: lines first, then the checkpoint that covers them.

import type { Position } from '../bilevel/search-loop.ts';
import { folderContent } from '../runs/folder-content.ts';
import type { Json, JsonObject } from '../runs/json.ts';
import { lineKinds } from '../runs/list-runs.ts';
import type { Machine } from '../runs/machine.ts';
import { RunFolder } from '../runs/run-folder.ts';
import type { Values } from '../kernels/executor.ts';
import type { Alphas } from '../supernet/alphas.ts';
import { drawCell } from '../supernet/draw-cell.ts';
import type { Genotype } from '../supernet/genotype.ts';
import { genotypeJson, genotypeText } from '../supernet/genotype-text.ts';
import type { Space } from '../supernet/space.ts';
import type { EpochRecord } from './events.ts';

export interface Resumed {
  readonly position: Position;
  readonly history: readonly EpochRecord[];
  readonly arrays: Readonly<Record<string, Values>>;
  readonly file: string;
}

export class Journal {
  readonly path: string;
  /** What the run stands at; undefined: its beginning. */
  readonly resumed: Resumed | undefined;
  /** What was refused or repaired when the run was opened. */
  readonly warnings: readonly string[];
  private readonly run: RunFolder;
  private readonly keep: number;
  private lastCheckpoint: string | undefined;
  private epochStarted = Date.now();

  private constructor(
    run: RunFolder,
    keep: number,
    resumed: Resumed | undefined,
    warnings: readonly string[],
  ) {
    this.run = run;
    this.path = run.path;
    this.keep = keep;
    this.resumed = resumed;
    this.warnings = warnings;
    this.lastCheckpoint = resumed?.file;
  }

  /** Makes a run, or (`resume`) goes on with the one that is there: from its newest good checkpoint. */
  static async open(
    path: string,
    config: JsonObject,
    machine: Machine,
    { resume, keep }: { readonly resume: boolean; readonly keep: number },
  ): Promise<Journal> {
    if (!resume || (await folderContent(path)) === 'missing') {
      return new Journal(await RunFolder.create(path, config, machine), keep, undefined, []);
    }
    const run = await RunFolder.resume(path, config, machine);
    try {
      const { found, refused } = await run.latestCheckpoint();
      const meta = found?.state.meta as unknown as Pick<Resumed, 'position' | 'history'> | undefined;
      const at = found && meta && { epoch: meta.position.epoch, step: found.step };
      const repaired = await run.continueFrom(at, machine);
      const warnings = [...refused, ...repaired].map(({ file, reason }) => `${file}: ${reason}`);
      const resumed = found && meta && { ...meta, arrays: found.state.arrays, file: found.file };
      return new Journal(run, keep, resumed, warnings);
    } catch (error) {
      await run.close();
      throw error;
    }
  }

  /** The newest checkpoint's name. */
  get checkpoint(): string | undefined {
    return this.lastCheckpoint;
  }

  async epoch(step: number, record: EpochRecord, alphas: Alphas, position: Position): Promise<void> {
    const seconds = (Date.now() - this.epochStarted) / 1000;
    this.epochStarted = Date.now();
    const { validAccuracy, ...rest } = record;
    const at = { epoch: position.epoch, step };
    await this.run.appendAlphas({ ...at, alphas });
    const line = { ...(rest as unknown as JsonObject), ...at, validationAccuracy: validAccuracy, seconds };
    await this.run.appendMetrics({ ...line, kind: lineKinds.epoch });
  }

  async save(
    step: number,
    position: Position,
    history: readonly EpochRecord[],
    arrays: Readonly<Record<string, Values>>,
  ): Promise<string> {
    const meta = { position, history } as unknown as JsonObject;
    const file = await this.run.writeCheckpoint(step, { meta, arrays }, this.keep);
    this.lastCheckpoint = file;
    return file;
  }

  /** The derived cells: text, JSON and drawings. Gives the paths. */
  async finish(step: number, epochs: number, genotype: Genotype, space: Space): Promise<readonly string[]> {
    const paths = [
      await this.run.writeArtefact('genotype.txt', `${genotypeText(genotype, space)}\n`),
      await this.run.writeArtefact('genotype.json', `${genotypeJson(genotype, space)}\n`),
    ];
    for (const [kind, cell] of Object.entries(genotype)) {
      paths.push(await this.run.writeArtefact(`${kind}.svg`, await drawCell(cell, space, kind)));
    }
    const lines = await this.run.readMetrics();
    if (lines.at(-1)?.['kind'] !== (lineKinds.finished as Json)) {
      await this.run.appendMetrics({ kind: lineKinds.finished, epoch: epochs, step });
    }
    return paths;
  }

  async close(): Promise<void> {
    await this.run.close();
  }
}

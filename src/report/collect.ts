// What a report tells of a run, read from its folder.

import { basename, join, resolve } from 'node:path';
import { MixopError } from '../base/errors.ts';
import type { Stop } from '../predictors/curves/stopping.ts';
import { isBaseline } from './collect-baseline.ts';
import { configFile } from '../runs/folder-content.ts';
import { isJsonObject, type Json, type JsonObject } from '../runs/json.ts';
import type { LogLine } from '../runs/json-log.ts';
import { lineKinds } from '../runs/list-runs.ts';
import type { Segment } from '../runs/machine.ts';
import { RunFolder } from '../runs/run-folder.ts';
import type { AlphaMatrix, Alphas } from '../supernet/alphas.ts';
import { derive } from '../supernet/derive.ts';
import type { Genotype } from '../supernet/genotype/genotype.ts';
import { parseGenotype } from '../supernet/genotype/text.ts';
import type { Space } from '../supernet/space.ts';
import { storedSpace } from '../supernet/spaces/stored.ts';

export interface ReportedRun {
  readonly name: string;
  readonly path: string;
  readonly task: 'search' | 'training';
  readonly finished: boolean;
  /** Of a training that was ended early. */
  readonly stop?: Stop;
  readonly config: JsonObject;
  readonly segments: readonly Segment[];
  readonly epochs: readonly LogLine[];
  readonly space: Space;
  /** Alphas after each epoch; none in a training. */
  readonly alphas: readonly { readonly epoch: number; readonly alphas: Alphas }[];
  /** What the run found or trains; in a search that goes on, what its last alphas say. */
  readonly genotype?: Genotype;
}

/** Throws a `MixopError` where the folder holds no run, or one without epochs. */
export async function collectRun(path: string): Promise<ReportedRun> {
  const run = await RunFolder.open(path);
  if (isBaseline(run)) {
    const remedy = 'read its ledger.jsonl, a line an evaluation, or make its page with `mixop report`';
    throw new MixopError('run', path, 'is a search without a gradient, which has no epochs', remedy);
  }
  const lines = await run.readMetrics();
  const space = storedSpace(run.config, join(path, configFile));
  const alphas = (await run.readAlphas()).map((line) => ({
    epoch: line.epoch,
    alphas: line['alphas'] as unknown as Alphas,
  }));
  const text = (await run.readArtefact('genotype.txt')) ?? run.config['genotype'];
  const last = alphas.at(-1);
  const end = lines.at(-1);
  const stop = end?.['stoppedEarly'] as Stop | undefined;
  const genotype =
    typeof text === 'string' ? parseGenotype(text, space, path) : last && derive(space, last.alphas, path);
  return {
    name: basename(resolve(path)),
    path,
    task: run.config['task'] === undefined ? 'search' : 'training',
    finished: end?.['kind'] === lineKinds.finished,
    ...(stop && { stop }),
    config: run.config,
    segments: await run.segments(),
    epochs: lines.filter((line) => line['kind'] === lineKinds.epoch),
    space,
    alphas,
    ...(genotype && { genotype }),
  };
}

/** A number of every epoch's line that has it: [epoch, value]. */
export function series(run: ReportedRun, key: string): readonly (readonly [number, number])[] {
  return run.epochs.flatMap((line) => {
    const value: Json | undefined = line[key];
    return typeof value === 'number' ? [[line.epoch, value] as const] : [];
  });
}

/** As `series`, of an object by cell kind. */
export function seriesByKind(
  run: ReportedRun,
  valueOf: (line: LogLine) => Readonly<Record<string, number>>,
): ReadonlyMap<string, readonly (readonly [number, number])[]> {
  const found = new Map<string, (readonly [number, number])[]>();
  for (const line of run.epochs) {
    for (const [kind, value] of Object.entries(valueOf(line)))
      found.set(kind, [...(found.get(kind) ?? []), [line.epoch, value]]);
  }
  return found;
}

/** Entropy of softmax(alpha) by cell kind. */
export function entropyOf(line: LogLine): Readonly<Record<string, number>> {
  const entropy = line['entropy'];
  return isJsonObject(entropy) ? (entropy as Readonly<Record<string, number>>) : {};
}

/** Skip connections among the edges that would be kept, by cell kind. */
export function skipsOf(line: LogLine): Readonly<Record<string, number>> {
  const skips = line['skips'];
  if (!Array.isArray(skips)) return {};
  return Object.fromEntries(
    (skips as readonly { kind: string; skips: number }[]).map(({ kind, skips }) => [kind, skips]),
  );
}

/** Mean of a matrix of softmaxes by column. */
export function columnMeans(matrix: AlphaMatrix): readonly number[] {
  const columns = matrix[0]?.length ?? 0;
  return Array.from(
    { length: columns },
    (_, k) => matrix.reduce((sum, row) => sum + row[k]!, 0) / matrix.length,
  );
}

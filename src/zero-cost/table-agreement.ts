// How well scores of untrained networks order architectures drawn from a benchmark's table.

import { MixopError } from '../base/errors.ts';
import { fingerprint } from '../data/fingerprint.ts';
import { openData } from '../data/open.ts';
import { columnNamed } from '../data/tables/architecture-table.ts';
import { openTable } from '../data/tables/open-table.ts';
import type { ExecutorOptions } from '../engine/executors.ts';
import { imageSpaceNamed } from '../supernet/spaces/named.ts';
import { drawArchitectures, scoreArchitectures, type ScoredArchitecture, tauWith } from './sample.ts';
import { appendScore, openScores } from './score-file.ts';
import { zeroCostNamed } from './scores.ts';

export interface TableAgreementOptions {
  /** A file. */
  readonly table: string;
  readonly data: string;
  /** Names of scores, and of columns to compare them with. */
  readonly scores: readonly string[];
  readonly columns: readonly string[];
  readonly architectures: number;
  readonly channels: number;
  readonly cells: number;
  readonly images: number;
  readonly seed: number;
  /** A file that keeps the scores: those that it holds are not computed again. */
  readonly out?: string;
  readonly executor: ExecutorOptions;
  /** After every network that was scored. */
  readonly onProgress?: (done: number, missing: number) => void;
  /** Aborting stops after the current network. */
  readonly signal?: AbortSignal;
}

/** How a measure orders the architectures, by column. */
interface MeasureAgreement {
  /** A score, `multiply-adds` or `parameters`. */
  readonly measure: string;
  readonly architectures: number;
  /** Networks that have no score: they are placed behind all others. */
  readonly without: number;
  readonly tau: Readonly<Record<string, ReturnType<typeof tauWith>>>;
}

export interface TableAgreement {
  readonly finished: boolean;
  /** Networks that were scored now, of those that the file did not hold. */
  readonly done: number;
  readonly missing: number;
  /** Empty where it was stopped. */
  readonly measures: readonly MeasureAgreement[];
}

export async function tableAgreement(options: TableAgreementOptions): Promise<TableAgreement> {
  const { architectures, channels, cells, images, seed, out, executor, signal, onProgress } = options;
  const scores = options.scores.map((name) => zeroCostNamed(name, '--scores'));
  const table = await openTable(options.table);
  const space = imageSpaceNamed(table.space);
  const columns = options.columns.map((name) => [name, columnNamed(table, name)] as const);
  if (architectures > table.rows.size) {
    const problem = `${architectures} architectures are more than the table has`;
    throw new MixopError('usage', '--architectures', problem, `give ${table.rows.size} or fewer`);
  }
  const { train: dataset } = await openData(options.data);
  const size = { channels, cells };
  const drawn = drawArchitectures(table, architectures, seed);
  const settings = { space: space.name, ...size, images, seed, scores: [...options.scores] };
  const kept =
    out === undefined ? [] : openScores(out, { ...settings, dataFingerprint: fingerprint(dataset) });
  const known = new Map(kept.map((one) => [one.digits, one]));
  const missing = drawn.filter((digits) => !known.has(digits)).length;
  const sample = { space, size, dataset, images, architectures, seed };
  let done = 0;
  for await (const one of scoreArchitectures(drawn, new Set(known.keys()), scores, sample, executor)) {
    known.set(one.digits, one);
    if (out !== undefined) appendScore(out, one);
    done++;
    onProgress?.(done, missing);
    if (signal?.aborted === true && done < missing) return { finished: false, done, missing, measures: [] };
  }
  const scored = drawn.map((digits) => known.get(digits)!);
  const measures = measuresOf(options.scores).map(([measure, value]): MeasureAgreement => ({
    measure,
    architectures: scored.length,
    without: scored.filter((one) => value(one) === -Infinity).length,
    tau: Object.fromEntries(columns.map(([name, column]) => [name, tauWith(scored, value, table, column)])),
  }));
  return { finished: true, done, missing, measures };
}

type Measure = readonly [name: string, value: (one: ScoredArchitecture) => number];

function measuresOf(scores: readonly string[]): readonly Measure[] {
  return [
    ...scores.map((name): Measure => [name, (one) => one.scores[name]!]),
    ['multiply-adds', (one) => one.multiplyAdds],
    ['parameters', (one) => one.parameters],
  ];
}

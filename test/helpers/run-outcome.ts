// What a run ended with, as plain values: hashes of its arrays, its cells, its last epoch, what it evaluated. Of contents, never of
// files: their formats may change.

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { RunFolder } from '../../src/runs/run-folder.ts';

export interface Outcome {
  readonly genotype?: string;
  /** SHA-256 of the bytes of each array in the newest checkpoint, without what an optimizer keeps. */
  readonly arrays: Readonly<Record<string, string>>;
  /** Of the last epoch. */
  readonly measured: Readonly<Record<string, number>>;
  /** In order: decisions and score; the seconds that they took are a clock's. */
  readonly evaluations: readonly string[];
  /** By the names of files in `weights/`. */
  readonly kept: Readonly<Record<string, string>>;
}

const arrayNames = ['weights', 'alphas', 'running', 'hidden', 'averageWeights', 'averageRunning'];
const measures = ['trainLoss', 'validLoss', 'validationAccuracy', 'loss', 'accuracy'];

export async function outcomeOf(path: string): Promise<Outcome> {
  const run = await RunFolder.open(path);
  const { found } = await run.latestCheckpoint();
  const arrays = arrayNames.flatMap((name) => {
    const array = found?.state.arrays[name];
    return array === undefined ? [] : [[name, sha256(bytesOf(array))] as const];
  });
  const epoch = (await run.readMetrics()).findLast(({ kind }) => kind === 'epoch') ?? {};
  const genotype = await run.readArtefact('genotype.txt');
  const evaluations = (await run.readLedger()).map(
    ({ seed, architecture, score }) =>
      `seed ${JSON.stringify(seed)}: ${(architecture as number[]).join(' ')}: ${JSON.stringify(score)}`,
  );
  return {
    ...(genotype !== undefined && { genotype: genotype.trim() }),
    arrays: Object.fromEntries(arrays),
    measured: Object.fromEntries(
      Object.entries(epoch).flatMap(([name, value]) =>
        measures.includes(name) && typeof value === 'number' ? [[name, value]] : [],
      ),
    ),
    evaluations,
    kept: keptWeights(path),
  };
}

/** SHA-256 over names, shapes and values of the tensors of a safetensors file; its metadata do not count. */
export function tensorsHash(file: string): string {
  const bytes = readFileSync(file);
  const start = 8 + Number(bytes.readBigUInt64LE(0));
  const header = JSON.parse(bytes.subarray(8, start).toString()) as Readonly<Record<string, Entry>>;
  const hash = createHash('sha256');
  for (const name of Object.keys(header).sort()) {
    if (name === '__metadata__') continue;
    const { dtype, shape, data_offsets } = header[name]!;
    const [begin, end] = data_offsets;
    hash.update(JSON.stringify([name, dtype, shape])).update(bytes.subarray(start + begin, start + end));
  }
  return hash.digest('hex');
}

interface Entry {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
}

function keptWeights(path: string): Readonly<Record<string, string>> {
  const folder = join(path, 'weights');
  const files = readdirSync(path).includes('weights') ? readdirSync(folder).sort() : [];
  return Object.fromEntries(files.map((file) => [file, tensorsHash(join(folder, file))]));
}

function bytesOf({ buffer, byteOffset, byteLength }: Float32Array | Float64Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

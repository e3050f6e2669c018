// Small data files for the tests of src/data: builders of each format and a folder that goes away again.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Dataset } from '../../src/data/dataset.ts';
import { MixopError } from '../../src/base/errors.ts';

/** A fresh folder with the files given, removed when the test that asked for it has ended. */
export function temporaryFolder(files: Readonly<Record<string, Uint8Array | string>> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'mixop-data-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) writeInto(folder, name, content);
  return folder;
}

/** Writes a file, and the folders above it. A name that ends with a slash is a folder. */
export function writeInto(folder: string, name: string, content: Uint8Array | string): void {
  const path = join(folder, name);
  mkdirSync(name.endsWith('/') ? path : dirname(path), { recursive: true });
  if (!name.endsWith('/')) writeFileSync(path, content);
}

const bigEndian = (word: number): number[] => [
  word >>> 24,
  (word >>> 16) & 255,
  (word >>> 8) & 255,
  word & 255,
];

/** An IDX file of bytes with the sizes given. */
export function idx(sizes: readonly number[], values: ArrayLike<number>): Uint8Array {
  return Uint8Array.from([0, 0, 8, sizes.length, ...sizes.flatMap(bigEndian), ...Array.from(values)]);
}

/** 2x3 IDX images, each filled from its index, and their labels. */
export function idxPair(labels: readonly number[]): { images: Uint8Array; labels: Uint8Array } {
  const pixels = labels.flatMap((_, i) => [0, 1, 2, 3, 4, 5].map((p) => (10 * i + p) % 256));
  return { images: idx([labels.length, 2, 3], pixels), labels: idx([labels.length], labels) };
}

const plane = (value: number): number[] =>
  Array.from({ length: 1024 }, (_, p) => (value + (p === 1 ? 7 : 0)) % 256);

/** CIFAR records: the label bytes of each, then colour planes where red is i, green 100 + i, blue 200 + i. */
export function cifar(labels: readonly (readonly number[])[]): Uint8Array {
  return Uint8Array.from(
    labels.flatMap((bytes, i) => [...bytes, ...plane(i), ...plane(100 + i), ...plane(200 + i)]),
  );
}

/** A data set in memory: pixel p of image i is (i * area + p) % (maxPixel + 1). */
export function madeDataset(count: number, height: number, width: number, channels: number): Dataset {
  const area = height * width * channels;
  return {
    name: 'made',
    count,
    height,
    width,
    channels,
    classes: 4,
    pixels: Uint8Array.from({ length: count * area }, (_, p) => p % 256),
    labels: Uint16Array.from({ length: count }, (_, i) => i % 4),
    maxPixel: 255,
  };
}

/** The message of the MixopError that a promise or function ends in. */
export async function messageOf(run: () => unknown): Promise<string> {
  try {
    await run();
  } catch (error) {
    if (error instanceof MixopError) return error.message;
    throw error;
  }
  throw new Error('no error was thrown');
}

// CIFAR-10 and CIFAR-100 in the binary version: its folder, or one file of records.

import { join } from 'node:path';
import { MixopError } from '../../base/errors.ts';
import { checkClasses, makeSource, type Dataset, type DataSource } from '../dataset.ts';
import { isFolder, listFolder, readBytes } from '../files.ts';
import { cifarLayouts, cifarSize, parseCifar, type CifarKind } from '../formats/cifar.ts';

/** Where the archive lists its class names, one a line. */
const namesFile: Readonly<Record<CifarKind, string>> = {
  cifar10: 'batches.meta.txt',
  cifar100: 'fine_label_names.txt',
};

const testName = /^test/i;
const batchName = /^data_batch_[1-5]\.bin$/;

/** A folder (every .bin file; `test*.bin` is the test part) or a single file (training part only). */
export async function loadCifar(kind: CifarKind, path: string): Promise<DataSource> {
  if (!(await isFolder(path))) {
    const train = await readPart(kind, [path]);
    checkClasses(train.labels, path);
    return makeSource(train, undefined, path);
  }
  const { files } = await listFolder(path);
  const bins = files.filter((file) => file.endsWith('.bin'));
  checkComplete(kind, path, bins);
  const names = files.includes(namesFile[kind])
    ? await readNames(kind, join(path, namesFile[kind]))
    : undefined;
  const part = async (wanted: readonly string[]): Promise<Dataset> => {
    const read = await readPart(
      kind,
      wanted.map((file) => join(path, file)),
    );
    return names === undefined ? read : { ...read, classNames: names };
  };
  const train = await part(bins.filter((file) => !testName.test(file)));
  checkClasses(train.labels, path);
  const tests = bins.filter((file) => testName.test(file));
  return makeSource(train, tests.length > 0 ? await part(tests) : undefined, path);
}

/** Refuses a folder without training files, and CIFAR-10's five batches where some are missing. */
function checkComplete(kind: CifarKind, folder: string, bins: readonly string[]): void {
  const { title } = cifarLayouts[kind];
  const fail = (problem: string, remedy: string): MixopError =>
    new MixopError('data', folder, problem, remedy);
  if (bins.every((file) => testName.test(file)))
    throw fail('no .bin file with training images', `name the unpacked folder of ${title}'s binary version`);
  const batches = bins.filter((file) => batchName.test(file)).length;
  if (kind === 'cifar10' && batches > 0 && batches < 5) {
    throw fail(
      `only ${batches} of the five files data_batch_1.bin to data_batch_5.bin`,
      'add the missing ones, or name a single file',
    );
  }
}

/** All records of the files, one after the other. */
async function readPart(kind: CifarKind, paths: readonly string[]): Promise<Dataset> {
  const parts = [];
  for (const path of paths) parts.push(parseCifar(kind, await readBytes(path), path));
  const count = parts.reduce((sum, part) => sum + part.labels.length, 0);
  const pixels = new Uint8Array(count * cifarSize * cifarSize * 3);
  const labels = new Uint16Array(count);
  let at = 0;
  for (const part of parts) {
    labels.set(part.labels, at);
    pixels.set(part.pixels, at * cifarSize * cifarSize * 3);
    at += part.labels.length;
  }
  const classes = cifarLayouts[kind].labels.at(-1)!;
  const shape = { height: cifarSize, width: cifarSize, channels: 3, classes };
  return { name: kind, count, ...shape, pixels, labels, maxPixel: 255 };
}

async function readNames(kind: CifarKind, path: string): Promise<readonly string[]> {
  const text = new TextDecoder().decode(await readBytes(path));
  const names = text.trim().split(/\s*\n\s*/);
  const classes = cifarLayouts[kind].labels.at(-1)!;
  if (names.length === classes) return names;
  throw new MixopError(
    'data',
    path,
    `${names.length} class names instead of ${classes}`,
    'get the file again',
  );
}

// Generated files of every format: what is read from good ones, what is said of bad ones.

import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { parseDigits } from '../../src/data/formats/digits-csv.ts';
import { openData } from '../../src/data/open.ts';
import { cifar, idx, idxPair, messageOf, temporaryFolder } from '../helpers/data-support.ts';

const labels = [0, 1, 2, 0, 1, 2];
const pair = idxPair(labels);
const testPair = idxPair([2, 0]);

const withLabels = (values: readonly number[]): Record<string, Uint8Array> => {
  const made = idxPair(values);
  return { 'x-images': made.images, 'x-labels': made.labels };
};

describe('IDX', () => {
  it.each([
    {
      naming: 'the usual names, plain',
      files: {
        'train-images-idx3-ubyte': pair.images,
        'train-labels-idx1-ubyte': pair.labels,
        't10k-images-idx3-ubyte': testPair.images,
        't10k-labels-idx1-ubyte': testPair.labels,
      },
    },
    {
      naming: 'gzip',
      files: {
        'train-images-idx3-ubyte.gz': gzipSync(pair.images),
        'train-labels-idx1-ubyte.gz': gzipSync(pair.labels),
        't10k-images-idx3-ubyte.gz': gzipSync(testPair.images),
        't10k-labels-idx1-ubyte.gz': gzipSync(testPair.labels),
      },
    },
    {
      naming: 'names of their own, plain beside gzip',
      files: {
        'my-images-6': pair.images,
        'my-images-6.gz': gzipSync(pair.images),
        'my-labels-6.gz': gzipSync(pair.labels),
        'my-test-images.idx3-ubyte': testPair.images,
        'my-test-labels.idx1-ubyte': testPair.labels,
      },
    },
  ])('reads both parts under $naming', async ({ files }) => {
    const { train, test } = await openData(temporaryFolder(files));
    expect([train.count, train.height, train.width, train.channels, train.classes]).toEqual([6, 2, 3, 1, 3]);
    expect([...train.labels]).toEqual(labels);
    expect([...train.pixels.subarray(6, 12)]).toEqual([10, 11, 12, 13, 14, 15]);
    expect([...test!.labels]).toEqual([2, 0]);
  });

  it('reads one images file with the labels beside it', async () => {
    const folder = temporaryFolder({
      'a-images': pair.images,
      'a-labels': pair.labels,
      'b-images': pair.images,
    });
    expect((await openData(join(folder, 'a-images'))).train.count).toBe(6);
  });

  it('reads labels that count from 1', async () => {
    const { images, labels } = idxPair([1, 2, 1, 2]);
    const { train } = await openData(`idx:${temporaryFolder({ 'x-images': images, 'x-labels': labels })}`);
    expect(train.classes).toBe(3);
  });

  const good = { 'x-images': pair.images, 'x-labels': pair.labels };
  it.each([
    {
      bad: 'no files',
      files: {},
      says: ['FOLDER: no IDX file of training images', 'put there train-images'],
    },
    {
      bad: 'truncated images',
      files: { ...good, 'x-images': pair.images.subarray(0, 40) },
      says: ['x-images: truncated, 40 bytes where sizes 6 x 2 x 3 need 52', 'get the file again'],
    },
    {
      bad: 'bytes after the images',
      files: { ...good, 'x-images': Uint8Array.from([...pair.images, 0]) },
      says: ['x-images: too long, 53 bytes'],
    },
    {
      bad: 'truncated header',
      files: { ...good, 'x-labels': pair.labels.subarray(0, 5) },
      says: ['x-labels: truncated, 5 bytes do not even hold the header of 8'],
    },
    {
      bad: 'truncated gzip',
      files: { ...good, 'x-images': gzipSync(pair.images).subarray(0, 30) },
      says: ['x-images: truncated or damaged gzip', 'get the file again'],
    },
    {
      bad: 'labels in place of images',
      files: { ...good, 'x-images': pair.labels },
      says: ['x-images: wrong magic number 0x00000801 at byte 0 (labels)', 'name an IDX file of images'],
    },
    {
      bad: 'some other content',
      files: { ...good, 'x-labels': 'not an IDX file' },
      says: ['x-labels: wrong magic number 0x6e6f7420 at byte 0 (nothing that is known)'],
    },
    {
      bad: 'no images',
      files: { ...good, 'x-images': idx([0, 2, 3], []) },
      says: ['x-images: holds nothing, its sizes are 0 x 2 x 3'],
    },
    {
      bad: 'a count mismatch',
      files: { ...good, 'x-labels': idxPair([0, 1, 0, 1]).labels },
      says: ['x-images: 6 images, but 4 labels in', 'x-labels;', 'give the two files of one data set'],
    },
    {
      bad: 'a missing labels file',
      files: { 'x-images': pair.images },
      says: ['x-images: its labels file x-labels (or x-labels.gz) is not beside it'],
    },
    {
      bad: 'two candidates',
      files: { ...good, 'y-images': pair.images },
      says: ['FOLDER: several files could be the training images: x-images, y-images', 'idx:FILE'],
    },
    {
      bad: 'a stray label beyond a gap',
      files: withLabels([0, 1, 0, 1, 200]),
      says: [
        'x-labels, label 4 (byte 12 of the unpacked file): label 200 is out of range',
        'correct the label',
      ],
    },
    {
      bad: 'a label that only one image has',
      files: withLabels([0, 1, 2, 0, 1]),
      says: [
        'x-labels, label 2 (byte 10 of the unpacked file): label 2 is out of range, or its class has only',
      ],
    },
    {
      bad: 'a test label that training lacks',
      files: { ...good, 't10k-images': idxPair([0, 3]).images, 't10k-labels': idxPair([0, 3]).labels },
      says: [
        't10k-labels, label 1 (byte 9 of the unpacked file): label 3 is out of range, there are 3 classes',
      ],
    },
    {
      bad: 'a single class',
      files: withLabels([4, 4, 4]),
      says: ['x-labels: every image has label 4, a single class', 'at least two classes'],
    },
    {
      bad: 'parts of two sizes',
      files: { ...good, 't10k-images': idx([2, 1, 1], [0, 1]), 't10k-labels': idx([2], [0, 1]) },
      says: ['FOLDER: training images are 2x3x1 (height x width x channels), test images 1x1x1'],
    },
  ])('refuses $bad', async ({ files, says }) => {
    const folder = temporaryFolder(files);
    const message = (await messageOf(() => openData(`idx:${folder}`))).replaceAll(`${folder}/`, '');
    for (const part of says) expect(message.replace(folder, 'FOLDER')).toContain(part);
    expect(message).not.toContain('\n');
  });
});

describe('CIFAR', () => {
  const names100 = Array.from({ length: 100 }, (_, i) => `class ${i}`).join('\n');

  it('reads a CIFAR-100 folder: fine labels, names, both parts, colour planes to NHWC', async () => {
    const folder = temporaryFolder({
      'train.bin': cifar([
        [3, 99],
        [19, 0],
      ]),
      'test.bin': cifar([[0, 42]]),
      'fine_label_names.txt': `${names100}\n`,
    });
    for (const spec of [folder, `cifar100:${folder}`]) {
      const { train, test } = await openData(spec);
      expect([train.count, train.height, train.width, train.channels, train.classes]).toEqual([
        2, 32, 32, 3, 100,
      ]);
      expect([...train.labels]).toEqual([99, 0]);
      expect([...test!.labels]).toEqual([42]);
      expect(train.classNames![99]).toBe('class 99');
      expect([...train.pixels.subarray(3072, 3078)]).toEqual([1, 101, 201, 8, 108, 208]);
    }
  });

  it('reads the five batches of CIFAR-10 in order and its test batch', async () => {
    const batches = [1, 2, 3, 4, 5].map((i): [string, Uint8Array] => [`data_batch_${i}.bin`, cifar([[i]])]);
    const folder = temporaryFolder({ ...Object.fromEntries(batches), 'test_batch.bin': cifar([[9], [8]]) });
    const { train, test } = await openData(folder);
    expect([...train.labels]).toEqual([1, 2, 3, 4, 5]);
    expect([...test!.labels]).toEqual([9, 8]);
  });

  it.each([
    {
      bad: 'a truncated file',
      kind: 'cifar10',
      files: { 'x.bin': cifar([[0], [1]]).subarray(0, 5000) },
      says: ['x.bin, byte 3073: truncated or not CIFAR-10, 5000 bytes are not whole records of 3073'],
    },
    {
      bad: 'an empty file',
      kind: 'cifar10',
      files: { 'x.bin': '' },
      says: ['x.bin, byte 0: truncated or not CIFAR-10, 0 bytes'],
    },
    {
      bad: 'a label out of range',
      kind: 'cifar10',
      files: { 'x.bin': cifar([[0], [10]]) },
      says: ['x.bin, record 1 (byte 3073): label 10 is out of range, there are 10 classes (0 to 9)'],
    },
    {
      bad: 'a fine label out of range',
      kind: 'cifar100',
      files: {
        'train.bin': cifar([
          [0, 5],
          [0, 6],
          [0, 100],
        ]),
      },
      says: ['train.bin, record 2 (byte 6148): label 100 is out of range'],
    },
    {
      bad: 'a coarse label out of range',
      kind: 'cifar100',
      files: {
        'train.bin': cifar([
          [20, 5],
          [0, 6],
        ]),
      },
      says: ['train.bin, record 0 (byte 0): label 20 is out of range, there are 20 classes'],
    },
    {
      bad: 'a single class',
      kind: 'cifar10',
      files: { 'x.bin': cifar([[7], [7]]) },
      says: ['FOLDER: every image has label 7, a single class'],
    },
    {
      bad: 'a folder without records',
      kind: 'cifar100',
      files: { 'test.bin': cifar([[0, 0]]) },
      says: ['FOLDER: no .bin file with training images', "CIFAR-100's binary version"],
    },
    {
      bad: 'a missing batch',
      kind: 'cifar10',
      files: { 'data_batch_1.bin': cifar([[0]]), 'data_batch_2.bin': cifar([[1]]) },
      says: ['FOLDER: only 2 of the five files', 'add the missing ones'],
    },
    {
      bad: 'a short list of names',
      kind: 'cifar100',
      files: {
        'train.bin': cifar([
          [0, 0],
          [0, 1],
        ]),
        'fine_label_names.txt': 'one\ntwo\n',
      },
      says: ['fine_label_names.txt: 2 class names instead of 100'],
    },
    {
      bad: 'a tar archive',
      kind: 'cifar10',
      files: { 'x.bin': gzipSync(Buffer.from(`${'x'.repeat(257)}ustar`)) },
      says: ['x.bin: is a tar archive; unpack it'],
    },
  ])('refuses $bad', async ({ kind, files, says }) => {
    const folder = temporaryFolder(files);
    const message = (await messageOf(() => openData(`${kind}:${folder}`))).replaceAll(`${folder}/`, '');
    for (const part of says) expect(message.replace(folder, 'FOLDER')).toContain(part);
    expect(message).not.toContain('\n');
  });
});

const row = (pixel: string, label: string): string =>
  [...Array<string>(63).fill('0'), pixel, label].join(',');

describe('digits', () => {
  it('reads a row as an image and its label', () => {
    const { count, pixels, labels } = parseDigits(`${row('16', '9')}\n${row('1', '0')}\n`, 'digits.csv');
    expect([count, pixels[63], pixels[127], labels[0], labels[1]]).toEqual([2, 16, 1, 9, 0]);
  });

  it.each([
    { text: row('17', '0'), says: 'digits.csv, line 1, value 64: "17" is out of range, a pixel' },
    {
      text: `${row('1', '0')}\n${row('1', '10')}`,
      says: 'digits.csv, line 2, value 65: "10" is out of range, a label',
    },
    { text: row('', '0'), says: 'digits.csv, line 1, value 64: "" is out of range' },
    { text: '1,2,3', says: 'digits.csv, line 1: 3 values instead of 65' },
  ])('refuses $says', ({ text, says }) => {
    expect(() => parseDigits(text, 'digits.csv')).toThrow(says);
  });
});

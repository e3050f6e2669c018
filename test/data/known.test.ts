// The real data sets, against counts, sums and checksums computed by other programs.

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Dataset } from '../../src/data/dataset.ts';
import { fingerprint } from '../../src/data/fingerprint.ts';
import { measureNormalisation } from '../../src/data/normalise.ts';
import { openData } from '../../src/data/open.ts';
import { embeddedData, packageRoot } from '../../src/data/package-root.ts';
import { temporaryFolder } from '../helpers/data-support.ts';

const shared = fileURLToPath(new URL('../../../shared/data', import.meta.url));

interface Known {
  readonly shape: readonly number[];
  readonly firstLabels: readonly number[];
  readonly pixelSum: number;
  /** First 16 hexadecimal digits of SHA-256 over the pixels as NHWC and over the labels as bytes. */
  readonly pixelHash: string;
  readonly labelHash: string;
}

const sha = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex').slice(0, 16);

function checkKnown(dataset: Dataset | undefined, known: Known): void {
  expect(dataset).toBeDefined();
  const { count, height, width, channels, classes, pixels, labels } = dataset!;
  expect([count, height, width, channels, classes]).toEqual(known.shape);
  expect([...labels.subarray(0, 10)]).toEqual(known.firstLabels);
  expect(pixels.reduce((sum, pixel) => sum + pixel, 0)).toBe(known.pixelSum);
  expect(sha(pixels)).toBe(known.pixelHash);
  expect(sha(Uint8Array.from(labels))).toBe(known.labelHash);
}

const digits: Known = {
  shape: [1797, 8, 8, 1, 10],
  firstLabels: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
  pixelSum: 561_718,
  pixelHash: '8f26b2bd9d135c25',
  labelHash: '8ba4f891220f5e4c',
};
const fashion: Known = {
  shape: [5000, 28, 28, 1, 10],
  firstLabels: [9, 0, 0, 3, 0, 2, 7, 2, 5, 5],
  pixelSum: 286_031_984,
  pixelHash: '29c8d9f398a29fc3',
  labelHash: '4e4631c48d94add2',
};
const fashionTest: Known = {
  shape: [1000, 28, 28, 1, 10],
  firstLabels: [9, 2, 1, 1, 6, 1, 4, 6, 5, 7],
  pixelSum: 58_034_149,
  pixelHash: '8d46efb2efae7259',
  labelHash: '86fea14d645de73e',
};
const mnist: Known = {
  shape: [5000, 28, 28, 1, 10],
  firstLabels: [5, 0, 4, 1, 9, 2, 1, 3, 1, 4],
  pixelSum: 130_170_281,
  pixelHash: 'a853ca5da5c224d5',
  labelHash: '4263f048ea437023',
};
const mnistTest: Known = {
  shape: [1000, 28, 28, 1, 10],
  firstLabels: [7, 2, 1, 0, 4, 1, 4, 9, 5, 9],
  pixelSum: 24_443_134,
  pixelHash: 'f8f3c5a608a9f7d4',
  labelHash: 'd14ba0a1a3818ede',
};
const cifar10: Known = {
  shape: [4000, 32, 32, 3, 10],
  firstLabels: [6, 9, 9, 4, 1, 1, 2, 7, 8, 3],
  pixelSum: 1_481_085_868,
  pixelHash: 'bac45b45504ed128',
  labelHash: '2c365f60663d4e0e',
};

describe('embedded data', () => {
  it('holds the digits', async () => {
    const { train, test } = await openData('digits');
    checkKnown(train, digits);
    expect(test).toBeUndefined();
    expect(train.maxPixel).toBe(16);
  });

  it('holds 6,000 images of Fashion-MNIST', async () => {
    const { train, test } = await openData('fashion-mini');
    checkKnown(train, fashion);
    checkKnown(test, fashionTest);
    expect(test!.classNames![9]).toBe('Ankle boot');
  });

  it('stands beside its notices', () => {
    const notices = ['README.md', 'digits/digits.rst', 'digits/COPYING', 'fashion-mnist/COPYRIGHT'];
    expect(notices.filter((file) => !existsSync(embeddedData(file)))).toEqual([]);
  });

  it('is found from a bundled file, and not in a package of another name', () => {
    const folder = temporaryFolder({
      'package.json': '{ "name": "mixop" }',
      'node_modules/other/package.json': '{ "name": "other" }',
      'dist/chunks/': '',
    });
    expect(packageRoot(join(folder, 'dist', 'chunks', 'cli.js'))).toBe(folder);
    expect(packageRoot(join(folder, 'node_modules', 'other', 'index.js'))).toBe(folder);
    mkdirSync(join(folder, 'empty'));
    writeFileSync(join(folder, 'package.json'), '{}');
    expect(() => packageRoot(join(folder, 'empty', 'cli.js'))).toThrow('install mixop');
  });
});

const there = existsSync(shared);
if (!there) console.warn('skipped: MNIST and CIFAR-10 tests, because ../shared/data is not there');

describe.skipIf(!there)('data sets in ../shared/data', () => {
  it.each(['idx:', ''])('reads MNIST as "%sPATH"', async (prefix) => {
    const { train, test } = await openData(`${prefix}${shared}/mnist`);
    checkKnown(train, mnist);
    checkKnown(test, mnistTest);
    expect(train.name).toBe('mnist');
  });

  it.each(['cifar10:PATH', 'PATH', 'PATH/cifar10-lossless-4000.bin'])(
    'reads CIFAR-10 as %s',
    async (form) => {
      const { train, test } = await openData(form.replace('PATH', `${shared}/cifar10`));
      checkKnown(train, cifar10);
      expect(test).toBeUndefined();
    },
  );

  it('measures the mean of CIFAR-10 as the sums per colour say', async () => {
    const { train } = await openData(`${shared}/cifar10`);
    const all = Uint32Array.from({ length: train.count }, (_, i) => i);
    const pixels = 4000 * 1024 * 255;
    expect(measureNormalisation(train, all).mean).toEqual(
      [513_462_905, 503_187_932, 464_435_031].map((sum) => expect.closeTo(sum / pixels, 14)),
    );
  });
});

const change = (values: Uint8Array | Uint16Array): typeof values => values.with(5, values[5]! ^ 1);

describe('fingerprint', () => {
  it('changes with a pixel, a label and the shape, and not with the name', async () => {
    const { train } = await openData('digits');
    const base = fingerprint(train);
    expect(fingerprint({ ...train, name: 'other' })).toBe(base);
    expect(fingerprint({ ...train, pixels: change(train.pixels) as Uint8Array })).not.toBe(base);
    expect(fingerprint({ ...train, labels: change(train.labels) as Uint16Array })).not.toBe(base);
    expect(fingerprint({ ...train, height: 4, width: 16 })).not.toBe(base);
  });
});

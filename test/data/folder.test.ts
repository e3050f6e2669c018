// Folders of class folders of PNG and JPEG files, made by sharp itself.

import { afterEach, describe, expect, it, vi } from 'vitest';
import { openData } from '../../src/data/open.ts';
import { messageOf, temporaryFolder } from '../helpers/data-support.ts';

/** Undefined where this optional package could not be installed. */
const sharp = await import('sharp').then(
  (module) => module.default,
  () => undefined,
);
if (sharp === undefined)
  console.warn('skipped: image folder tests, because the optional package sharp is not installed');

type Colour = readonly [number, number, number];

/** A one-colour image of width x height. */
function paint(
  format: 'png' | 'jpeg',
  width: number,
  height: number,
  [r, g, b]: Colour,
): Promise<Uint8Array> {
  return sharp!({ create: { width, height, channels: 3, background: { r, g, b } } })
    .toFormat(format, { quality: 100 })
    .toBuffer();
}

/** A gray PNG of 2 x 2 with the four values. */
function gray(values: readonly number[]): Promise<Uint8Array> {
  return sharp!(Uint8Array.from(values), { raw: { width: 2, height: 2, channels: 1 } })
    .toColourspace('b-w')
    .png()
    .toBuffer();
}

const red: Colour = [200, 10, 20];
const blue: Colour = [10, 20, 200];

// The optional package sharp reads the images, and makes those of the test.
describe.skipIf(sharp === undefined)('a folder of class folders', () => {
  it('reads PNG and JPEG, classes and files in the order of their names', async () => {
    const folder = temporaryFolder({
      'b/1.png': await paint('png', 3, 2, red),
      'a/2.jpg': await paint('jpeg', 3, 2, blue),
      'a/10.PNG': await paint('png', 3, 2, red),
      'a/.DS_Store': 'x',
      'README.txt': 'x',
    });
    const { train, test } = await openData(folder);
    expect([train.count, train.height, train.width, train.channels, train.classes]).toEqual([3, 2, 3, 3, 2]);
    expect(train.classNames).toEqual(['a', 'b']);
    expect([...train.labels]).toEqual([0, 0, 1]);
    expect([...train.pixels.subarray(0, 6)]).toEqual([...red, ...red]);
    const jpeg = [...train.pixels.subarray(18, 21)];
    for (const [c, value] of blue.entries()) expect(Math.abs(jpeg[c]! - value)).toBeLessThanOrEqual(6);
    expect(test).toBeUndefined();
  });

  it('keeps one channel if all images are gray, and three if one is not', async () => {
    const files = { 'a/1.png': await gray([1, 2, 3, 4]), 'b/1.png': await gray([5, 6, 7, 8]) };
    const { train } = await openData(`folder:${temporaryFolder(files)}`);
    expect(train.channels).toBe(1);
    expect([...train.pixels]).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    const mixed = temporaryFolder({ ...files, 'b/2.png': await paint('png', 2, 2, red) });
    const colour = (await openData(mixed)).train;
    expect(colour.channels).toBe(3);
    expect([...colour.pixels.subarray(0, 6)]).toEqual([1, 1, 1, 2, 2, 2]);
  });

  it('drops transparency and takes 16 bits to 8', async () => {
    const clear = await sharp!({
      create: { width: 2, height: 2, channels: 4, background: { r: 9, g: 8, b: 7, alpha: 0.5 } },
    })
      .png()
      .toBuffer();
    const deep = await sharp!(Uint16Array.from(Array<number>(12).fill(0xabab)), {
      raw: { width: 2, height: 2, channels: 3 },
    })
      .toColourspace('rgb16')
      .png()
      .toBuffer();
    expect((await sharp!(deep).metadata()).depth).toBe('ushort');
    const { train } = await openData(temporaryFolder({ 'a/1.png': clear, 'b/1.png': deep }));
    expect([...train.pixels.subarray(0, 3)]).toEqual([9, 8, 7]);
    expect([...train.pixels.subarray(12, 15)]).toEqual([0xab, 0xab, 0xab]);
  });

  it.each(['test', 'val'])('reads the parts train and %s', async (name) => {
    const folder = temporaryFolder({
      'train/a/1.png': await gray([1, 2, 3, 4]),
      'train/b/1.png': await gray([1, 2, 3, 4]),
      [`${name}/b/1.png`]: await gray([9, 9, 9, 9]),
    });
    const { train, test } = await openData(folder);
    expect([...train.labels]).toEqual([0, 1]);
    expect([...test!.labels]).toEqual([1]);
    expect([...test!.pixels]).toEqual([9, 9, 9, 9]);
  });

  it('takes a folder called train for a class if other classes stand beside it', async () => {
    const files = { 'car/1.png': await gray([1, 2, 3, 4]), 'train/1.png': await gray([1, 2, 3, 4]) };
    expect((await openData(temporaryFolder(files))).train.classNames).toEqual(['car', 'train']);
  });

  it('reads more images than are decoded at a time, each to its place', async () => {
    const files: Record<string, Uint8Array> = {};
    for (let i = 0; i < 70; i++)
      files[`${i % 2}/${String(i).padStart(2, '0')}.png`] = await gray([i, i, i, i]);
    const { train } = await openData(temporaryFolder(files));
    const firsts = Array.from({ length: 70 }, (_, i) => train.pixels[4 * i]);
    expect(firsts).toEqual([
      ...Array.from({ length: 35 }, (_, i) => 2 * i),
      ...Array.from({ length: 35 }, (_, i) => 2 * i + 1),
    ]);
  });

  it('refuses images of different sizes, naming two files and their sizes', async () => {
    const folder = temporaryFolder({
      'a/1.png': await paint('png', 3, 2, red),
      'b/1.png': await paint('png', 3, 2, red),
      'b/2.png': await paint('png', 4, 2, red),
    });
    const message = (await messageOf(() => openData(folder))).replaceAll(`${folder}/`, '');
    expect(message).toBe(
      'b/2.png: is 4x2 pixels (width x height), but a/1.png is 3x2; resize all images to one size',
    );
  });

  it.each([
    { bad: 'no class folders', files: {}, says: ': holds no class folders; put the images of each class' },
    { bad: 'an empty class folder', files: { 'a/1.png': 'x', 'b/': '' }, says: 'b: an empty class folder' },
    {
      bad: 'a single class',
      files: { 'a/1.png': 'x', 'a/2.png': 'x' },
      says: 'every image has label 0, a single class',
    },
    {
      bad: 'a file of another kind',
      files: { 'a/1.png': 'x', 'b/1.gif': 'x' },
      says: 'b/1.gif: is not a PNG or JPEG',
    },
    {
      bad: 'a folder in a class',
      files: { 'a/1.png': 'x', 'b/c/1.png': 'x' },
      says: 'b/c: is not a PNG or JPEG',
    },
    {
      bad: 'an unreadable image',
      files: { 'a/1.png': 'x', 'b/1.png': 'x' },
      says: 'a/1.png: not a readable PNG or JPEG',
    },
    {
      bad: 'a test class that training lacks',
      files: { 'train/a/1.png': 'x', 'train/b/1.png': 'x', 'test/c/1.png': 'x' },
      says: 'test/c: a class that the training part does not have',
    },
  ])('refuses $bad', async ({ files, says }) => {
    const message = await messageOf(() => openData(`folder:${temporaryFolder(files)}`));
    expect(message).toContain(says);
    expect(message).not.toContain('\n');
  });

  it('refuses an image whose data end early', async () => {
    const noise = Uint8Array.from({ length: 64 * 64 }, (_, i) => (i * i * 31) % 251);
    const whole = await sharp!(noise, { raw: { width: 64, height: 64, channels: 1 } })
      .png()
      .toBuffer();
    const folder = temporaryFolder({ 'a/1.png': whole, 'b/1.png': whole.subarray(0, whole.length / 2) });
    expect(await messageOf(() => openData(folder))).toContain('b/1.png: not a readable PNG or JPEG image');
  });
});

describe('without sharp', () => {
  afterEach(() => {
    vi.doUnmock('sharp');
  });

  it('says how to get it', async () => {
    vi.doMock('sharp', () => {
      throw new Error('not installed');
    });
    const folder = temporaryFolder({ 'a/1.png': 'x', 'b/1.png': 'x' });
    const message = await messageOf(() => openData(folder));
    expect(message).toContain('need the optional package sharp');
    expect(message).toContain('run `npm install sharp`');
  });
});

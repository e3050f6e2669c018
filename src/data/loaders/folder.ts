// A folder with one folder of PNG or JPEG images per class, or with `train` and `test` (or `val`) that hold
// such folders (the layout of torchvision's ImageFolder). All images have one size. EXIF orientation is not
// applied, transparency is dropped, 16 bits become 8.

import { basename, join } from 'node:path';
import { MixopError } from '../../base/errors.ts';
import { checkClasses, makeSource, type Dataset, type DataSource } from '../dataset.ts';
import { listFolder } from '../files.ts';
import { importSharp, readPixels, readShape, type Decoder, type ImageShape } from './images.ts';

const imageName = /\.(png|jpe?g)$/i;
const partNames: readonly string[] = ['train', 'test', 'val'];
/** What desktop systems leave in folders. */
const clutter = new Set(['Thumbs.db', 'desktop.ini']);
const maxBytes = 4 * 2 ** 30;
/** Files read at a time; sharp has threads of its own. */
const atOnce = 32;

interface LabelledFile {
  readonly path: string;
  readonly label: number;
}

/** Classes are the folders' names in code unit order; gray images only if all of them are gray. */
export async function loadFolder(path: string): Promise<DataSource> {
  const { folders } = await listFolder(path);
  // A class may be called train: only parts beside it make it one.
  const parted = folders.includes('train') && folders.every((name) => partNames.includes(name));
  const trainRoot = parted ? join(path, 'train') : path;
  const testName = parted ? ['test', 'val'].find((name) => folders.includes(name)) : undefined;
  const classNames = parted ? (await listFolder(trainRoot)).folders : folders;
  const train = await listImages(trainRoot, classNames);
  checkClasses(
    train.map(({ label }) => label),
    trainRoot,
  );
  const test = testName === undefined ? [] : await listTest(join(path, testName), classNames);
  const decoder = await importSharp(path);
  const shape = await commonShape(decoder, [...train, ...test]);
  const read = async (files: readonly LabelledFile[]): Promise<Dataset> => ({
    name: basename(path),
    count: files.length,
    ...shape,
    classes: classNames.length,
    classNames,
    pixels: await readAll(decoder, files, shape),
    labels: Uint16Array.from(files, ({ label }) => label),
    maxPixel: 255,
  });
  return makeSource(await read(train), testName === undefined ? undefined : await read(test), path);
}

/** The test part, whose class folders must be among those of the training part. */
async function listTest(root: string, classNames: readonly string[]): Promise<LabelledFile[]> {
  const present = (await listFolder(root)).folders;
  const stranger = present.find((name) => !classNames.includes(name));
  if (stranger !== undefined) {
    throw new MixopError(
      'data',
      join(root, stranger),
      'a class that the training part does not have',
      'give both parts the same class folders',
    );
  }
  return listImages(root, classNames, present);
}

/** The images of the class folders that are `present`, class by class, each in code unit order. */
async function listImages(
  root: string,
  classNames: readonly string[],
  present: readonly string[] = classNames,
): Promise<LabelledFile[]> {
  if (present.length === 0)
    throw new MixopError(
      'data',
      root,
      'holds no class folders',
      'put the images of each class in a folder of its own',
    );
  const images: LabelledFile[] = [];
  for (const name of present) {
    const folder = join(root, name);
    const { files, folders } = await listFolder(folder);
    const kept = files.filter((file) => !clutter.has(file));
    const stranger = folders[0] ?? kept.find((file) => !imageName.test(file));
    if (stranger !== undefined)
      throw new MixopError(
        'data',
        join(folder, stranger),
        'is not a PNG or JPEG file',
        'convert it or move it away',
      );
    if (kept.length === 0)
      throw new MixopError('data', folder, 'an empty class folder', 'put images in it or remove it');
    const label = classNames.indexOf(name);
    images.push(...kept.map((file) => ({ path: join(folder, file), label })));
  }
  return images;
}

/** The one shape of all images, 1 channel if all are gray, else 3. */
async function commonShape(decoder: Decoder, files: readonly LabelledFile[]): Promise<ImageShape> {
  const shapes = await inOrder(files, (file) => readShape(decoder, file.path));
  const { height, width } = shapes[0]!;
  const odd = shapes.findIndex((shape) => shape.height !== height || shape.width !== width);
  if (odd >= 0) {
    throw new MixopError(
      'data',
      files[odd]!.path,
      `is ${shapes[odd]!.width}x${shapes[odd]!.height} pixels (width x height), but ${files[0]!.path} is ${width}x${height}`,
      'resize all images to one size',
    );
  }
  return { height, width, channels: shapes.every((shape) => shape.channels === 1) ? 1 : 3 };
}

/** Pixels of all files, [count, height, width, channels]. */
async function readAll(
  decoder: Decoder,
  files: readonly LabelledFile[],
  shape: ImageShape,
): Promise<Uint8Array> {
  const area = shape.height * shape.width * shape.channels;
  if (files.length * area > maxBytes) {
    throw new MixopError(
      'data',
      files[0]!.path,
      `${files.length} images of ${shape.width}x${shape.height} take more than 4 GiB`,
      'resize them to what the network is to see, such as 32x32',
    );
  }
  const pixels = new Uint8Array(files.length * area);
  await inOrder(files, async (file, i) => {
    pixels.set(await readPixels(decoder, file.path, shape), i * area);
  });
  return pixels;
}

/** Works on some files at a time; of several errors, the one of the first file is thrown. */
async function inOrder<R>(
  files: readonly LabelledFile[],
  work: (file: LabelledFile, i: number) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  for (let start = 0; start < files.length; start += atOnce) {
    const some = files.slice(start, start + atOnce);
    for (const outcome of await Promise.allSettled(some.map((file, i) => work(file, start + i)))) {
      if (outcome.status === 'rejected') throw outcome.reason;
      results.push(outcome.value);
    }
  }
  return results;
}

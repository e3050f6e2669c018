// A folder of IDX files (MNIST and its relatives), or one images file with its labels file beside it.
// Which file is what is told by name: `images` and `labels`, and `t10k` or `test` for the test part.

import { basename, dirname, join } from 'node:path';
import { MixopError } from '../../base/errors.ts';
import { checkClasses, checkLabels, makeSource, type Dataset, type DataSource } from '../dataset.ts';
import { isFolder, listFolder, readBytes } from '../files.ts';
import { idxLabelStart, parseIdxImages, parseIdxLabels, type IdxImages } from '../formats/idx.ts';

const imagesName = /images/i;
const testName = /t10k|(^|[^a-z])test/i;
const usual = 'train-images-idx3-ubyte and train-labels-idx1-ubyte, plain or .gz';

/** A folder (training part, test part if there) or an images file (training part only). */
export async function loadIdx(path: string): Promise<DataSource> {
  const files = (await isFolder(path)) ? await findImages(path) : { train: path };
  const train = await readPair(files.train);
  const classes = countClasses(train.labels, train.labelsPath);
  const name = basename(path);
  const test = files.test === undefined ? undefined : await readPair(files.test);
  if (test) checkLabels(test.labels, classes, (i) => labelPlace(test.labelsPath, i));
  return makeSource(makeDataset(name, train, classes), test && makeDataset(name, test, classes), path);
}

/** The images files of both parts; of a file that is there plain and as .gz, the plain one. */
async function findImages(folder: string): Promise<{ train: string; test?: string }> {
  const { files } = await listFolder(folder);
  const images = files.filter(
    (file) => imagesName.test(file) && !(file.endsWith('.gz') && files.includes(file.slice(0, -3))),
  );
  const only = (part: string, found: readonly string[]): string | undefined => {
    if (found.length <= 1) return found[0];
    throw new MixopError(
      'data',
      folder,
      `several files could be the ${part} images: ${found.join(', ')}`,
      'name one of them instead of the folder, as idx:FILE',
    );
  };
  const train = only(
    'training',
    images.filter((file) => !testName.test(file)),
  );
  if (train === undefined)
    throw new MixopError('data', folder, 'no IDX file of training images', `put there ${usual}`);
  const test = only(
    'test',
    images.filter((file) => testName.test(file)),
  );
  return {
    train: join(folder, train),
    ...(test !== undefined && { test: join(folder, test) }),
  };
}

interface Pair {
  readonly images: IdxImages;
  readonly labels: Uint8Array;
  readonly labelsPath: string;
}

async function readPair(imagesPath: string): Promise<Pair> {
  const images = parseIdxImages(await readBytes(imagesPath), imagesPath);
  const labelsPath = await findLabels(imagesPath);
  const labels = parseIdxLabels(await readBytes(labelsPath), labelsPath);
  if (labels.length !== images.count) {
    throw new MixopError(
      'data',
      imagesPath,
      `${images.count} images, but ${labels.length} labels in ${labelsPath}`,
      'give the two files of one data set',
    );
  }
  return { images, labels, labelsPath };
}

/** The labels file that stands beside an images file under the corresponding name. */
async function findLabels(imagesPath: string): Promise<string> {
  const name = basename(imagesPath);
  const folder = dirname(imagesPath);
  const fail = (problem: string, remedy: string): MixopError =>
    new MixopError('data', imagesPath, problem, remedy);
  if (!imagesName.test(name))
    throw fail(
      'its name does not contain "images", so its labels cannot be found',
      `use the usual names: ${usual}`,
    );
  const wanted = name
    .replace(/images/g, 'labels')
    .replace(/Images/g, 'Labels')
    .replace(/IMAGES/g, 'LABELS');
  const plain = wanted.replace('idx3', 'idx1').replace(/\.gz$/, '');
  const { files } = await listFolder(folder);
  const found = [plain, `${plain}.gz`].find((file) => files.includes(file));
  if (found === undefined)
    throw fail(`its labels file ${plain} (or ${plain}.gz) is not beside it`, 'put it there');
  return join(folder, found);
}

const labelPlace = (path: string, i: number): string =>
  `${path}, label ${i} (byte ${idxLabelStart + i} of the unpacked file)`;

/**
 * IDX does not say how many classes there are: the largest label says it, and a stray label would add
 * classes unseen. So each class up to it must have an image for each side of a split (0 may be unused: EMNIST's
 * letters count from 1).
 */
function countClasses(labels: Uint8Array, path: string): number {
  checkClasses(labels, path);
  const counts = new Uint32Array(256);
  for (const label of labels) counts[label]!++;
  const classes = counts.findLastIndex((count) => count > 0) + 1;
  const rare = counts.findIndex((count, label) => count < 2 && label < classes && (label > 0 || count > 0));
  if (rare < 0) return classes;
  const stray = labels.findIndex((label) => (counts[rare] === 1 ? label === rare : label > rare));
  throw new MixopError(
    'data',
    labelPlace(path, stray),
    counts[rare] === 1
      ? `label ${rare} is out of range, or its class has only this one image`
      : `label ${labels[stray]} is out of range, no image has label ${rare}`,
    'correct the label; classes count from 0 without gaps and have at least two images each',
  );
}

function makeDataset(name: string, { images, labels }: Pair, classes: number): Dataset {
  return { name, ...images, channels: 1, classes, labels: Uint16Array.from(labels), maxPixel: 255 };
}

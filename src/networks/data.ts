// The images of a training and those that are held out to evaluate it.

import type { Dataset, DataSource } from '../data/dataset.ts';
import { measureNormalisation, type Normalisation } from '../data/normalise.ts';
import { splitIndices } from '../data/split.ts';
import type { RetrainConfig } from './config.ts';

/** Images of a data set, by index. */
export interface ImageSet {
  readonly dataset: Dataset;
  readonly indices: Uint32Array;
}

export interface RetrainData {
  readonly train: ImageSet;
  readonly heldOut: ImageSet;
  /** Measured on the images that are trained on. */
  readonly normalisation: Normalisation;
}

/** Without a test part four fifths are trained on, where nothing else is said. */
const defaultFraction = 0.8;

/** Trains on the whole training part if there is a test part and no `trainFraction`; otherwise cuts it by the seed. */
export function retrainData(
  { train, test }: DataSource,
  { trainFraction, seed }: Pick<RetrainConfig, 'trainFraction' | 'seed'>,
): RetrainData {
  const parts = (): { train: ImageSet; heldOut: ImageSet } => {
    if (test !== undefined && trainFraction === undefined)
      return { train: allOf(train), heldOut: allOf(test) };
    const split = splitIndices(train.count, trainFraction ?? defaultFraction, seed);
    return {
      train: { dataset: train, indices: split.train },
      heldOut: { dataset: train, indices: split.validation },
    };
  };
  const { train: trained, heldOut } = parts();
  return { train: trained, heldOut, normalisation: measureNormalisation(train, trained.indices) };
}

export function allOf(dataset: Dataset): ImageSet {
  return { dataset, indices: Uint32Array.from({ length: dataset.count }, (_, i) => i) };
}

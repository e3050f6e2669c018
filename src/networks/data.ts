// The training images and the held-out images of a training.

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
  /** Measured on the training images. */
  readonly normalisation: Normalisation;
}

/** Training share of a data set without a test part. */
const defaultFraction = 0.8;

/** The whole training part if there is a test part and no `trainFraction`; otherwise it is split by the seed. */
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

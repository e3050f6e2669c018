// The images of a search: cut in two by seed, and drawn as batches.

import { Random } from '../../base/random.ts';
import { Batches } from '../../data/batches.ts';
import type { Dataset } from '../../data/dataset.ts';
import { measureNormalisation, type Normalisation } from '../../data/normalise.ts';
import { splitIndices } from '../../data/split.ts';
import type { ResolvedConfig, SearchConfig } from '../config.ts';

/** The training images, cut in two by seed. */
export interface SearchData {
  readonly dataset: Dataset;
  readonly train: Uint32Array;
  readonly validation: Uint32Array;
  readonly normalisation: Normalisation;
}

export function searchData(dataset: Dataset, config: SearchConfig): SearchData {
  const { train, validation } = splitIndices(dataset.count, config.trainFraction, config.seed);
  return { dataset, train, validation, normalisation: measureNormalisation(dataset, train) };
}

/**
 * The batches of the weights and of the alphas, which have the validation images or (single-level) others of the
 * training images. Throws a `MixopError` where a split is smaller than a batch.
 */
export function searchBatches(data: SearchData, config: ResolvedConfig): Record<'train' | 'valid', Batches> {
  const { dataset, normalisation } = data;
  const random = Random.fromSeed(config.seed).split('data');
  const common = { dataset, normalisation, batchSize: config.batch, augmentation: config.augment };
  return {
    train: new Batches({
      ...common,
      indices: data.train,
      split: 'training',
      random: random.split('training'),
    }),
    valid: new Batches({
      ...common,
      indices: config.alphas.split === 'training' ? data.train : data.validation,
      split: config.alphas.split,
      random: random.split('validation'),
    }),
  };
}

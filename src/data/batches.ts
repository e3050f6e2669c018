// Batches as pure functions of (stream, epoch, step): a run that goes on needs to remember only epoch and step.
// Legend: B batch, H height, W width, C channels.

import { MixopError } from '../base/errors.ts';
import type { Random } from '../base/random.ts';
import {
  type Augmentation,
  checkAugmentation,
  drawPlacement,
  noAugmentation,
  renderImage,
  unmoved,
} from './augment.ts';
import type { Dataset } from './dataset.ts';
import { normalisationTable, type Normalisation } from './normalise.ts';

export interface Batch {
  /** Number of images, B. */
  readonly size: number;
  /** [B, H, W, C], dense. */
  readonly images: Float32Array;
  /** [B], whole numbers; float32 because that is what a plan's buffers hold. */
  readonly labels: Float32Array;
}

export interface BatchesOptions {
  readonly dataset: Dataset;
  /** The images of the split. */
  readonly indices: Uint32Array;
  /** Name of the split, as `training`, for errors. */
  readonly split: string;
  readonly batchSize: number;
  /** The split's own stream, as `random.split('training')`. */
  readonly random: Random;
  readonly normalisation: Normalisation;
  /** None if left out. */
  readonly augmentation?: Augmentation;
}

export class Batches {
  /** Full batches in one pass over the split; the partial one at the end is dropped. */
  readonly stepsPerEpoch: number;
  private readonly options: BatchesOptions;
  private readonly augmentation: Augmentation;
  private readonly table: Float32Array;
  /** The last permutation used, only to spare making it anew each step. */
  private cached: { readonly epoch: number; readonly pass: number; readonly order: Uint32Array } | undefined;

  constructor(options: BatchesOptions) {
    const { dataset, indices, split, batchSize, augmentation, normalisation } = options;
    if (!(Number.isInteger(batchSize) && batchSize >= 1))
      throw new MixopError(
        'config',
        'batch',
        `${batchSize} is not a whole number over 0`,
        'use 64, for example',
      );
    if (batchSize > indices.length) {
      throw new MixopError(
        'config',
        'batch',
        `${batchSize} images are more than the ${indices.length} of the ${split} split of ${dataset.name}`,
        `use a batch of at most ${indices.length}, or more data`,
      );
    }
    this.options = options;
    this.augmentation = augmentation ?? noAugmentation;
    checkAugmentation(this.augmentation, dataset);
    this.table = normalisationTable(dataset, normalisation);
    this.stepsPerEpoch = Math.floor(indices.length / batchSize);
  }

  /**
   * The batch of a step. Each pass over the split has a permutation of its own; steps at or beyond
   * `stepsPerEpoch` belong to the epoch's second and further passes.
   */
  batch(epoch: number, step: number): Batch {
    const { dataset, indices, batchSize, random } = this.options;
    const order = this.order(epoch, Math.floor(step / this.stepsPerEpoch));
    const start = (step % this.stepsPerEpoch) * batchSize;
    const chosen = Uint32Array.from({ length: batchSize }, (_, i) => indices[order[start + i]!]!);
    const stream = random.split('augmentation', epoch);
    return render(dataset, chosen, this.table, (position) =>
      drawPlacement(stream.split('image', step * batchSize + position), this.augmentation, dataset),
    );
  }

  private order(epoch: number, pass: number): Uint32Array {
    if (this.cached?.epoch !== epoch || this.cached.pass !== pass) {
      const { random, indices } = this.options;
      const order = random.split('order', epoch).split('pass', pass).permutation(indices.length);
      this.cached = { epoch, pass, order };
    }
    return this.cached.order;
  }
}

/**
 * Sizes of the batches that `images` are evaluated in: full ones, then the rest. A rest of one image joins the batch
 * before it: where batch norms take the statistics of the batch, a single image would be scored by chance.
 */
export function evaluationBatchSizes(images: number, batchSize: number): readonly number[] {
  const full = Array.from({ length: Math.floor(images / batchSize) }, () => batchSize);
  const rest = images - full.length * batchSize;
  if (rest === 0) return full;
  return rest === 1 && full.length > 0 ? [...full.slice(1), batchSize + 1] : [...full, rest];
}

/** All chosen images in order, not augmented, in batches of `evaluationBatchSizes`. */
export function* evaluationBatches(
  dataset: Dataset,
  indices: Uint32Array,
  batchSize: number,
  normalisation: Normalisation,
): Generator<Batch, void> {
  const table = normalisationTable(dataset, normalisation);
  let start = 0;
  for (const size of evaluationBatchSizes(indices.length, batchSize)) {
    yield render(dataset, indices.subarray(start, start + size), table, () => unmoved);
    start += size;
  }
}

function render(
  dataset: Dataset,
  indices: Uint32Array,
  table: Float32Array,
  placementOf: (position: number) => Parameters<typeof renderImage>[3],
): Batch {
  const area = dataset.height * dataset.width * dataset.channels;
  const images = new Float32Array(indices.length * area);
  indices.forEach((index, i) => renderImage(dataset, index, table, placementOf(i), images, i * area));
  return {
    size: indices.length,
    images,
    labels: Float32Array.from(indices, (index) => dataset.labels[index]!),
  };
}

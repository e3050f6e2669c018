// Bytes to float32 per channel: (pixel / maxPixel - mean) / deviation, as torchvision's ToTensor and Normalize.

import { MixopError } from '../base/errors.ts';
import type { Dataset } from './dataset.ts';

/** One value per channel, in units where full white is 1. */
export interface Normalisation {
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
}

/**
 * Mean and deviation (of the population) of the chosen images. The sums run over integers, hence exactly and
 * in any order, up to 2^53 (1.3e11 pixels of 255 squared).
 */
export function measureNormalisation(dataset: Dataset, indices: Uint32Array): Normalisation {
  const { channels, height, width, pixels, maxPixel } = dataset;
  const size = height * width * channels;
  const sums = new Float64Array(channels);
  const squares = new Float64Array(channels);
  for (const index of indices) {
    for (let p = index * size; p < (index + 1) * size; p += channels) {
      for (let c = 0; c < channels; c++) {
        const value = pixels[p + c]!;
        sums[c]! += value;
        squares[c]! += value * value;
      }
    }
  }
  const count = indices.length * height * width;
  const mean = Array.from(sums, (sum) => sum / count);
  const variance = Array.from(squares, (sum, c) => sum / count - mean[c]! ** 2);
  const flat = variance.findIndex((value) => !(value > 0));
  if (flat >= 0) {
    throw new MixopError(
      'data',
      `${dataset.name}, channel ${flat}`,
      'every pixel of the training images has the same value, so there is nothing to normalise by',
      'give images that differ, or give mean and deviation',
    );
  }
  return {
    mean: mean.map((value) => value / maxPixel),
    deviation: variance.map((value) => Math.sqrt(value) / maxPixel),
  };
}

/** Every pixel value's float32 per channel: [channels, maxPixel + 1], computed in double and rounded once. */
export function normalisationTable(dataset: Dataset, { mean, deviation }: Normalisation): Float32Array {
  const { channels, maxPixel } = dataset;
  const usable = (values: readonly number[]): boolean =>
    values.length === channels && values.every((value) => Number.isFinite(value));
  if (!usable(mean) || !usable(deviation) || deviation.some((value) => value <= 0)) {
    throw new MixopError(
      'config',
      'normalisation',
      `mean [${mean.join(', ')}] and deviation [${deviation.join(', ')}] do not fit ${channels} channels`,
      'give one finite mean and one deviation over 0 per channel',
    );
  }
  const levels = maxPixel + 1;
  return Float32Array.from({ length: channels * levels }, (_, i) => {
    const channel = Math.floor(i / levels);
    return ((i % levels) / maxPixel - mean[channel]!) / deviation[channel]!;
  });
}

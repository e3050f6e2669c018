// Images at a lower resolution, by averages over areas. Knows no files.

import { MixopError } from '../base/errors.ts';
import type { Dataset } from './dataset.ts';

/**
 * The data set with images of size x size. A pixel is the mean of the area that it covers, rounded: pixels that lie
 * partly in it count by their part. Throws a `MixopError` for images smaller than that.
 */
export function shrinkImages(dataset: Dataset, size: number): Dataset {
  const { name, count, height, width, channels, pixels } = dataset;
  if (size > Math.min(height, width)) {
    const remedy = `give ${Math.min(height, width)} at most`;
    throw new MixopError('config', 'image size', `${size} is over the ${height}x${width} of ${name}`, remedy);
  }
  const [rows, columns] = [coverage(height, size), coverage(width, size)];
  const shrunk = new Uint8Array(count * size * size * channels);
  let at = 0;
  for (let n = 0; n < count; n++) {
    const image = n * height * width * channels;
    for (const row of rows) {
      for (const column of columns) {
        for (let c = 0; c < channels; c++) {
          let sum = 0;
          for (const [y, tall] of row)
            for (const [x, wide] of column)
              sum += tall * wide * pixels[image + (y * width + x) * channels + c]!;
          shrunk[at++] = Math.round(sum);
        }
      }
    }
  }
  return { ...dataset, height: size, width: size, pixels: shrunk };
}

/** For each of `size` parts of `length` pixels: the pixels in it with their shares, which add up to 1. */
function coverage(length: number, size: number): readonly (readonly (readonly [number, number])[])[] {
  const step = length / size;
  return Array.from({ length: size }, (_, i) => {
    const [from, to] = [i * step, (i + 1) * step];
    const first = Math.floor(from + 1e-9);
    const last = Math.ceil(to - 1e-9);
    return Array.from({ length: last - first }, (_, k) => {
      const pixel = first + k;
      return [pixel, (Math.min(to, pixel + 1) - Math.max(from, pixel)) / step] as const;
    });
  });
}

// Crop with padding, horizontal flip and cutout, in the order of DARTS's torchvision pipeline: pad the raw
// pixels with 0, crop, flip, normalise, cut out (zeros in the normalised image). Drawing where they fall is
// apart from applying them.

import { MixopError } from '../base/errors.ts';
import type { Random } from '../base/random.ts';
import type { Dataset } from './dataset.ts';

export interface Augmentation {
  /** Pixels of padding on each side before a random crop of the old size; 0 for no crop. */
  readonly pad: number;
  /** Mirror left and right with probability 1/2. */
  readonly flip: boolean;
  /** Side of the square to blank (DeVries & Taylor 2017); 0 for none. */
  readonly cutout: number;
}

export const noAugmentation: Augmentation = { pad: 0, flip: false, cutout: 0 };

/** Crop and flip for what looks like CIFAR (32x32, in colour), only the crop for gray 32x32, else nothing. */
export function defaultAugmentation({ height, width, channels }: Dataset): Augmentation {
  if (height !== 32 || width !== 32) return noAugmentation;
  return { pad: 4, flip: channels === 3, cutout: 0 };
}

/** Refuses what would blank or move away whole images. */
export function checkAugmentation({ pad, cutout }: Augmentation, { height, width }: Dataset): void {
  const least = Math.min(height, width);
  for (const [key, value] of Object.entries({ pad, cutout })) {
    if (value <= least) continue;
    const problem = `${value} leaves nothing of images of ${height}x${width}`;
    throw new MixopError('config', `augment.${key}`, problem, `give at most ${least}`);
  }
}

/** Where one image's augmentation fell. */
export interface Placement {
  /** Row and column of the original at the crop's corner, -pad to pad. */
  readonly top: number;
  readonly left: number;
  readonly mirrored: boolean;
  /** Blank rows [fromRow, toRow) and columns [fromColumn, toColumn), inside the image; empty for none. */
  readonly hole: {
    readonly fromRow: number;
    readonly toRow: number;
    readonly fromColumn: number;
    readonly toColumn: number;
  };
}

const noHole = { fromRow: 0, toRow: 0, fromColumn: 0, toColumn: 0 };
export const unmoved: Placement = { top: 0, left: 0, mirrored: false, hole: noHole };

/** Draws crop, flip and cutout, in this order, from the image's own stream. */
export function drawPlacement(
  random: Random,
  { pad, flip, cutout }: Augmentation,
  { height, width }: { readonly height: number; readonly width: number },
): Placement {
  const top = pad > 0 ? random.below(2 * pad + 1) - pad : 0;
  const left = pad > 0 ? random.below(2 * pad + 1) - pad : 0;
  const mirrored = flip && random.below(2) === 1;
  if (cutout === 0) return { top, left, mirrored, hole: noHole };
  const row = random.below(height) - Math.floor(cutout / 2);
  const column = random.below(width) - Math.floor(cutout / 2);
  const hole = {
    fromRow: Math.max(0, row),
    toRow: Math.min(height, row + cutout),
    fromColumn: Math.max(0, column),
    toColumn: Math.min(width, column + cutout),
  };
  return { top, left, mirrored, hole };
}

/** Writes one image, normalised by `table` ([channels, maxPixel + 1]), to `out` at `offset` as [H, W, C]. */
export function renderImage(
  dataset: Dataset,
  index: number,
  table: Float32Array,
  { top, left, mirrored, hole }: Placement,
  out: Float32Array,
  offset: number,
): void {
  const { height, width, channels, pixels, maxPixel } = dataset;
  const start = index * height * width * channels;
  const levels = maxPixel + 1;
  let to = offset;
  for (let y = 0; y < height; y++) {
    const row = y + top;
    const holeRow = y >= hole.fromRow && y < hole.toRow;
    for (let x = 0; x < width; x++) {
      const column = (mirrored ? width - 1 - x : x) + left;
      const inside = row >= 0 && row < height && column >= 0 && column < width;
      const blank = holeRow && x >= hole.fromColumn && x < hole.toColumn;
      const from = start + (row * width + column) * channels;
      for (let c = 0; c < channels; c++, to++)
        out[to] = blank ? 0 : table[c * levels + (inside ? pixels[from + c]! : 0)]!;
    }
  }
}

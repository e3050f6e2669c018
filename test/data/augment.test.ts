// Crop, flip and cutout against images worked out by hand.

import { describe, expect, it } from 'vitest';
import { Random } from '../../src/base/random.ts';
import {
  defaultAugmentation,
  drawPlacement,
  noAugmentation,
  renderImage,
  unmoved,
  type Placement,
} from '../../src/data/augment.ts';
import type { Dataset } from '../../src/data/dataset.ts';
import { madeDataset } from '../helpers/data-support.ts';

const hole = (fromRow: number, toRow: number, fromColumn: number, toColumn: number): Placement['hole'] => ({
  fromRow,
  toRow,
  fromColumn,
  toColumn,
});

// Image 1 of two, so that its offset counts too:
//   1 2 3
//   4 5 6
const small: Dataset = {
  ...madeDataset(2, 2, 3, 1),
  pixels: Uint8Array.from([9, 9, 9, 9, 9, 9, 1, 2, 3, 4, 5, 6]),
  maxPixel: 9,
};
/** Every value plus 100, so that padding (a raw 0) gives 100 and a cutout 0. */
const table = Float32Array.from({ length: 10 }, (_, value) => 100 + value);

describe('renderImage', () => {
  it.each<{ name: string; placement: Partial<Placement>; image: number[] }>([
    { name: 'leaves it alone', placement: {}, image: [101, 102, 103, 104, 105, 106] },
    { name: 'crops down and right', placement: { top: 1, left: 1 }, image: [105, 106, 100, 100, 100, 100] },
    { name: 'crops up and left', placement: { top: -1, left: -2 }, image: [100, 100, 100, 100, 100, 101] },
    { name: 'flips', placement: { mirrored: true }, image: [103, 102, 101, 106, 105, 104] },
    {
      name: 'flips what it cropped',
      placement: { left: 1, mirrored: true },
      image: [100, 103, 102, 100, 106, 105],
    },
    { name: 'cuts out zeros', placement: { hole: hole(0, 1, 1, 3) }, image: [101, 0, 0, 104, 105, 106] },
    {
      name: 'cuts out after the flip',
      placement: { mirrored: true, hole: hole(0, 2, 0, 1) },
      image: [0, 102, 101, 0, 105, 104],
    },
  ])('$name', ({ placement, image }) => {
    const out = new Float32Array(8).fill(-1);
    renderImage(small, 1, table, { ...unmoved, ...placement }, out, 1);
    expect([...out]).toEqual([-1, ...image, -1]);
  });

  it('moves the channels of a pixel together, each by its own table', () => {
    const dataset: Dataset = {
      ...madeDataset(1, 1, 2, 2),
      pixels: Uint8Array.from([1, 2, 3, 4]),
      maxPixel: 9,
    };
    const tables = Float32Array.from({ length: 20 }, (_, i) => (i < 10 ? i : 10 * (i - 10)));
    const out = new Float32Array(4);
    renderImage(dataset, 0, tables, { ...unmoved, mirrored: true }, out, 0);
    expect([...out]).toEqual([3, 40, 1, 20]);
  });
});

const draw = (augmentation: Parameters<typeof drawPlacement>[1], size: number): Placement[] => {
  const stream = Random.fromSeed(11);
  return Array.from({ length: 4000 }, (_, i) =>
    drawPlacement(stream.split('image', i), augmentation, { height: size, width: size }),
  );
};

const counts = (values: readonly unknown[]): Map<unknown, number> => {
  const found = new Map<unknown, number>();
  for (const value of values) found.set(value, (found.get(value) ?? 0) + 1);
  return found;
};

/** Every value is within five deviations of its share. */
const even = (values: readonly unknown[], kinds: number): void => {
  const found = counts(values);
  expect(found.size).toBe(kinds);
  const p = 1 / kinds;
  for (const count of found.values())
    expect(Math.abs(count - values.length * p)).toBeLessThan(5 * Math.sqrt(values.length * p * (1 - p)));
};

describe('drawPlacement', () => {
  it('draws every crop and flip equally often, independently', () => {
    const placements = draw({ pad: 2, flip: true, cutout: 0 }, 8);
    even(
      placements.map(({ top, left }) => `${top} ${left}`),
      25,
    );
    even(
      placements.map(({ top, mirrored }) => `${top} ${mirrored}`),
      10,
    );
    expect(Math.min(...placements.map(({ top }) => top))).toBe(-2);
    expect(Math.max(...placements.map(({ left }) => left))).toBe(2);
  });

  it('draws nothing that is off', () => {
    expect(new Set(draw(noAugmentation, 8).map((placement) => JSON.stringify(placement)))).toEqual(
      new Set([JSON.stringify(unmoved)]),
    );
  });

  // Centre y blanks rows [y - floor(L/2), y - floor(L/2) + L), clipped to the image: for even L as in DARTS.
  it.each([
    { cutout: 4, size: 8, spans: ['0-2', '0-3', '0-4', '1-5', '2-6', '3-7', '4-8', '5-8'] },
    { cutout: 3, size: 5, spans: ['0-2', '0-3', '1-4', '2-5', '3-5'] },
    { cutout: 1, size: 3, spans: ['0-1', '1-2', '2-3'] },
  ])(
    'centres a square of $cutout at every pixel of $size, clipped at the border',
    ({ cutout, size, spans }) => {
      const holes = draw({ pad: 0, flip: false, cutout }, size).map((placement) => placement.hole);
      const rows = holes.map(({ fromRow, toRow }) => `${fromRow}-${toRow}`);
      const columns = holes.map(({ fromColumn, toColumn }) => `${fromColumn}-${toColumn}`);
      for (const found of [rows, columns]) {
        even(found, size);
        expect([...new Set(found)].sort()).toEqual(spans);
      }
      even(
        rows.map((row, i) => `${row} ${columns[i]}`),
        size * size,
      );
    },
  );
});

describe('defaultAugmentation', () => {
  it.each([
    { shape: [32, 32, 3], given: { pad: 4, flip: true, cutout: 0 } },
    { shape: [32, 32, 1], given: { pad: 4, flip: false, cutout: 0 } },
    { shape: [28, 28, 1], given: noAugmentation },
    { shape: [8, 8, 1], given: noAugmentation },
  ] as const)('is $given for $shape', ({ shape: [height, width, channels], given }) => {
    expect(defaultAugmentation(madeDataset(1, height, width, channels))).toEqual(given);
  });
});

// Splits, normalisation and the order of batches.

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../../src/base/random.ts';
import { Batches, evaluationBatches, type BatchesOptions } from '../../src/data/batches.ts';
import { measureNormalisation, normalisationTable } from '../../src/data/normalise.ts';
import { splitIndices } from '../../src/data/split.ts';
import { madeDataset } from '../helpers/data-support.ts';

const all = (count: number): Uint32Array => Uint32Array.from({ length: count }, (_, i) => i);

describe('splitIndices', () => {
  it('parts the images in two, the same way for the same seed', () => {
    const cases = fc.tuple(
      fc.integer({ min: 2, max: 300 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.nat(),
    );
    fc.assert(
      fc.property(cases, ([count, fraction, seed]) => {
        const size = Math.floor(fraction * count);
        fc.pre(size >= 1 && size < count);
        const { train, validation } = splitIndices(count, fraction, seed);
        expect(train.length).toBe(size);
        expect([...train, ...validation].sort((a, b) => a - b)).toEqual([...all(count)]);
        expect(splitIndices(count, fraction, seed)).toEqual({ train, validation });
      }),
    );
  });

  it('differs by seed', () => {
    expect(splitIndices(100, 0.5, 1).train).not.toEqual(splitIndices(100, 0.5, 2).train);
  });

  it.each([
    { count: 10, fraction: 1, says: '1 of 10 images leaves no validation image' },
    { count: 10, fraction: 0.05, says: '0.05 of 10 images leaves no training image' },
    { count: 10, fraction: -1, says: 'leaves no training image' },
    { count: 10, fraction: Number.NaN, says: 'leaves no training image' },
  ])('refuses $fraction of $count', ({ count, fraction, says }) => {
    expect(() => splitIndices(count, fraction, 0)).toThrow(says);
  });
});

describe('normalisation', () => {
  it('measures the chosen images only, per channel, over the pixel range', () => {
    const dataset = {
      ...madeDataset(3, 1, 2, 2),
      maxPixel: 10,
      pixels: Uint8Array.from([0, 4, 2, 8, 9, 9, 9, 9, 4, 6, 6, 2]),
    };
    const { mean, deviation } = measureNormalisation(dataset, Uint32Array.of(0, 2));
    // Channel 0: 0 2 4 6; channel 1: 4 8 6 2.
    expect(mean).toEqual([0.3, 0.5]);
    expect(deviation.map((value) => value ** 2)).toEqual([
      expect.closeTo(0.05, 12),
      expect.closeTo(0.05, 12),
    ]);
  });

  it('makes the mean of its own images 0 and their variance 1', () => {
    const dataset = madeDataset(50, 5, 7, 3);
    const normalisation = measureNormalisation(dataset, all(50));
    const [batch] = evaluationBatches(dataset, all(50), 50, normalisation);
    for (let c = 0; c < 3; c++) {
      const values = batch!.images.filter((_, i) => i % 3 === c);
      const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
      const variance = values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length;
      expect(Math.abs(mean)).toBeLessThan(1e-6);
      expect(variance).toBeCloseTo(1, 5);
    }
  });

  it('tabulates every value of every channel in float32', () => {
    const dataset = { ...madeDataset(1, 1, 1, 2), maxPixel: 2 };
    const table = normalisationTable(dataset, { mean: [0.5, 0.25], deviation: [0.5, 2] });
    expect([...table]).toEqual([-1, 0, 1, -0.125, 0.125, 0.375]);
  });

  it('refuses a channel that never changes', () => {
    const dataset = { ...madeDataset(2, 1, 1, 2), pixels: Uint8Array.from([1, 5, 2, 5]) };
    expect(() => measureNormalisation(dataset, all(2))).toThrow('made, channel 1: every pixel');
  });

  it.each([
    { mean: [0], deviation: [1] },
    { mean: [0, 0], deviation: [1, 0] },
    { mean: [0, Number.NaN], deviation: [1, 1] },
  ])('refuses mean $mean and deviation $deviation for two channels', (given) => {
    expect(() => normalisationTable(madeDataset(1, 1, 1, 2), given)).toThrow('do not fit 2 channels');
  });
});

/** Pixel and label of image i are i, so that a batch tells which images it holds. */
function countable(count: number): Pick<BatchesOptions, 'dataset' | 'normalisation' | 'split'> {
  const labels = Uint16Array.from({ length: count }, (_, i) => i);
  const dataset = { ...madeDataset(count, 1, 1, 1), classes: count, labels };
  return { dataset, normalisation: { mean: [0], deviation: [1 / 255] }, split: 'training' };
}

describe('Batches', () => {
  it('visits every index once a pass, the partial batch dropped, and each pass anew', () => {
    const cases = fc.tuple(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 60 }), fc.nat(5));
    fc.assert(
      fc.property(cases, ([count, batchSize, epoch]) => {
        fc.pre(batchSize <= count);
        const indices = all(count).map((i) => i * 2);
        const random = Random.fromSeed(count);
        const batches = new Batches({ ...countable(2 * count), indices, batchSize, random });
        for (const pass of [0, 1]) {
          const seen: number[] = [];
          for (let step = 0; step < batches.stepsPerEpoch; step++)
            seen.push(...batches.batch(epoch, pass * batches.stepsPerEpoch + step).labels);
          expect(new Set(seen).size).toBe(seen.length);
          expect(seen.length).toBe(count - (count % batchSize));
          expect(seen.every((label) => indices.includes(label))).toBe(true);
        }
      }),
    );
  });

  const options = {
    ...countable(40),
    indices: all(40),
    batchSize: 8,
    augmentation: { pad: 1, flip: true, cutout: 1 },
  };
  const make = (seed: number): Batches => new Batches({ ...options, random: Random.fromSeed(seed) });

  it('depends on seed, epoch and step alone, in whatever order batches are asked for', () => {
    const cases = fc.array(fc.tuple(fc.nat(3), fc.nat(12)), { minLength: 1, maxLength: 8 });
    const one = make(3);
    fc.assert(
      fc.property(cases, (asked) => {
        for (const [epoch, step] of asked) expect(one.batch(epoch, step)).toEqual(make(3).batch(epoch, step));
      }),
      { numRuns: 25 },
    );
  });

  const labels = (seed: number, epoch: number, step: number): number[] => [
    ...make(seed).batch(epoch, step).labels,
  ];

  it('differs by seed, epoch and pass', () => {
    const base = labels(3, 0, 0);
    expect(labels(4, 0, 0)).not.toEqual(base);
    expect(labels(3, 1, 0)).not.toEqual(base);
    expect(labels(3, 0, 5)).not.toEqual(base);
  });

  it('keeps each image with its label', () => {
    const { images, labels } = new Batches({
      ...options,
      augmentation: { pad: 0, flip: true, cutout: 0 },
      random: Random.fromSeed(1),
    }).batch(2, 3);
    expect(images).toEqual(labels);
  });

  it('augments every image of an epoch by a draw of its own', () => {
    const dataset = {
      ...madeDataset(2, 9, 9, 1),
      pixels: Uint8Array.from({ length: 162 }, (_, p) => (p % 81) + 1),
    };
    const batches = new Batches({
      dataset,
      indices: all(2),
      batchSize: 2,
      split: 'training',
      random: Random.fromSeed(0),
      normalisation: { mean: [0], deviation: [1] },
      augmentation: { pad: 4, flip: true, cutout: 0 },
    });
    const seen = new Set<string>();
    for (let epoch = 0; epoch < 5; epoch++)
      for (let step = 0; step < 4; step++) {
        const { images } = batches.batch(epoch, step);
        seen.add(images.subarray(0, 81).join()).add(images.subarray(81).join());
      }
    // 40 draws of 162 placements: about 36 different ones are expected.
    expect(seen.size).toBeGreaterThan(25);
  });

  it.each([
    {
      batchSize: 41,
      says: 'batch: 41 images are more than the 40 of the training split of made; use a batch of at most 40',
    },
    { batchSize: 0, says: 'batch: 0 is not a whole number over 0' },
    { batchSize: 1.5, says: 'batch: 1.5 is not a whole number over 0' },
  ])('refuses batches of $batchSize', ({ batchSize, says }) => {
    expect(() => new Batches({ ...options, batchSize, random: Random.fromSeed(0) })).toThrow(says);
  });
});

describe('evaluationBatches', () => {
  it.each([
    { count: 10, batchSize: 4, sizes: [4, 4, 2] },
    { count: 8, batchSize: 4, sizes: [4, 4] },
    { count: 3, batchSize: 4, sizes: [3] },
    { count: 9, batchSize: 4, sizes: [4, 5] },
    { count: 5, batchSize: 4, sizes: [5] },
    { count: 1, batchSize: 4, sizes: [1] },
    { count: 3, batchSize: 1, sizes: [1, 1, 1] },
  ])('yields $count images in order as batches of $sizes', ({ count, batchSize, sizes }) => {
    const { dataset, normalisation } = countable(20);
    const indices = all(count).map((i) => i + 5);
    const batches = [...evaluationBatches(dataset, indices, batchSize, normalisation)];
    expect(batches.map(({ size }) => size)).toEqual(sizes);
    expect(batches.flatMap(({ labels }) => [...labels])).toEqual([...indices]);
    expect(batches.flatMap(({ images }) => [...images])).toEqual([...indices]);
  });
});

// Hamming kernels on 0/1 features: over groups of features (the operations of edges, the paths), a rate for each.
// The number of differing bits is an L1 distance, of negative type, so the kernel is positive semi-definite.

import type { Bits } from './forest.ts';
import type { Kernel } from './gaussian-process.ts';

/** Features `start` to `end - 1` of a row. */
export interface FeatureGroup {
  readonly start: number;
  readonly end: number;
}

export function bitKernel(name: string, groups: readonly FeatureGroup[]): Kernel<Bits> {
  return {
    name,
    metric: () => ({
      between: (rows, columns) =>
        groups.map((group) => differing(packed(rows, group), packed(columns, group))),
    }),
  };
}

interface Packed {
  readonly count: number;
  /** Words of 32 bits a row. */
  readonly width: number;
  readonly words: Int32Array;
}

function packed(rows: readonly Bits[], { start, end }: FeatureGroup): Packed {
  const width = Math.ceil((end - start) / 32);
  const words = new Int32Array(rows.length * width);
  rows.forEach((row, r) => {
    for (let f = start; f < end; f++)
      if (row[f] === 1) words[r * width + ((f - start) >>> 5)]! |= 1 << ((f - start) & 31);
  });
  return { count: rows.length, width, words };
}

function differing(a: Packed, b: Packed): Float64Array {
  const result = new Float64Array(a.count * b.count);
  for (let i = 0; i < a.count; i++) {
    for (let j = 0; j < b.count; j++) {
      let bits = 0;
      for (let w = 0; w < a.width; w++) bits += ones(a.words[i * a.width + w]! ^ b.words[j * b.width + w]!);
      result[i * b.count + j] = bits;
    }
  }
  return result;
}

/** Bits set in a word. */
function ones(word: number): number {
  let v = word - ((word >>> 1) & 0x55555555);
  v = (v & 0x33333333) + ((v >>> 2) & 0x33333333);
  return Math.imul((v + (v >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

// Sums in two stages: each thread of the first adds up a chunk into workspace, and the second adds up those in order.

import type { Dispatch, Operand, Workspace } from './dispatch.ts';
import shader from './sum-partials.wgsl';

/** The most pixels (or vec4s) that one float32 accumulator adds up. */
export const longestSum = 256;

/** Chunks of a sum over the pixels of images. */
const maxChunks = 64;

export interface Chunks {
  readonly chunks: number;
  /** Pixels of a chunk: a multiple of `longestSum`. */
  readonly perChunk: number;
}

/** The chunks of a sum over pixels whose partial results are large (filters). */
export function chunksOf(pixels: number): Chunks {
  const perChunk = Math.ceil(pixels / maxChunks / longestSum) * longestSum;
  return { chunks: Math.ceil(pixels / perChunk), perChunk };
}

/** y[i] = sum of partials[k, i] over k. width: vec4s of a partial result. */
export function sumPartials(partials: Workspace, count: number, width: number, y: Operand): Dispatch {
  return {
    shader,
    reads: { partials },
    writes: { y },
    words: { count, width },
    size: { threads: width },
    flops: 4 * width * count,
    bytes: 16 * width * (count + 1),
  };
}

// Sums in two stages: each thread of the first adds up a chunk into workspace, and the second adds up those in order.

import { extent, type Tensor } from '../tensor.ts';
import { type Bindings, type Dispatch, type DispatchContext, vectors } from './dispatch.ts';
import { sumParts } from './sum-parts.ts';

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

/** The first stage of the gradient of a weight. */
interface WeightStage {
  readonly shader: string;
  readonly extents: Readonly<Record<string, number>>;
  readonly reads: Bindings;
  /** Of a chunk. */
  readonly threads: number;
  readonly flops: number;
  readonly bytes: number;
}

/** dweight, a sum over pixels, in two stages. The shader of the first leaves its chunks' sums in `partials`. */
export function weightGradient(
  { extents, threads, ...stage }: WeightStage,
  pixels: number,
  dweight: Tensor,
  context: DispatchContext,
): Dispatch[] {
  const { chunks, perChunk } = chunksOf(pixels);
  const partials = context.workspace(chunks * extent(dweight));
  return [
    {
      ...stage,
      extents: { ...extents, LONGEST: longestSum },
      writes: { partials },
      words: { pixels, per_chunk: perChunk },
      size: { threads: chunks * threads },
    },
    sumParts(partials, chunks, [{ result: dweight, width: vectors(dweight) }]),
  ];
}

// The second stage of sums whose partial results stand side by side: several results, one dispatch.

import type { Dispatch, Operand, Workspace } from './dispatch.ts';
import shader from './sum-pieces.wgsl';

export interface Piece {
  readonly result: Operand;
  /** Its vec4s. */
  readonly width: number;
}

/** Where each piece starts within a partial result, in vec4s; the width of all at the end. */
export function startsOf(pieces: readonly Piece[]): number[] {
  const starts = [0];
  for (const { width } of pieces) starts.push(starts.at(-1)! + width);
  return starts;
}

/** Each result is the sum of its pieces of so many partial results. */
export function sumPieces(partials: Workspace, chunks: number, pieces: readonly Piece[]): Dispatch {
  const starts = startsOf(pieces);
  const width = starts.at(-1)!;
  return {
    shader,
    reads: { partials },
    writes: { results: pieces.map(({ result }) => result) },
    words: { chunks, width, starts },
    size: { threads: width },
    flops: 4 * width * chunks,
    bytes: 16 * width * (chunks + 1),
  };
}

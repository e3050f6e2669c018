// The second stage of sums whose partial results are side by side: several results, one dispatch.

import type { Dispatch, Operand, Workspace } from './dispatch.ts';
import shader from './sum-parts.wgsl';

export interface Part {
  readonly result: Operand;
  /** Its vec4s. */
  readonly width: number;
}

/** Where each part starts within a partial result, in vec4s, and the width of all parts at the end. */
export function startsOf(parts: readonly Part[]): number[] {
  const starts = [0];
  for (const { width } of parts) starts.push(starts.at(-1)! + width);
  return starts;
}

/** result of part = sum of that part over `chunks` partial results. */
export function sumParts(partials: Workspace, chunks: number, parts: readonly Part[]): Dispatch {
  const starts = startsOf(parts);
  const width = starts.at(-1)!;
  return {
    shader,
    reads: { partials },
    writes: { results: parts.map(({ result }) => result) },
    words: { chunks, width, starts },
    size: { threads: width },
    flops: 4 * width * chunks,
    bytes: 16 * width * (chunks + 1),
  };
}

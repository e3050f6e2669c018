// The first channel of each of several images whose channels are side by side.

import type { Tensor } from '../tensor.ts';

/** The first channel of each x, and the number of all channels at the end. */
export function channelStarts(xs: readonly Tensor[]): number[] {
  const starts = [0];
  for (const x of xs) starts.push(starts.at(-1)! + x.shape.at(-1)!);
  return starts;
}

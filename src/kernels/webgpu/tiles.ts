// How kernels of the schedule `tiles` cut their work. A group has few lanes, whose branch and channels are the same,
// which avoids branch divergence.

import { type Chunks, longestSum } from './sums.ts';

/** Lanes of a group. */
export const tileLanes = 32;

/** Lanes that share a pixel in the gradients of 1x1 convolutions: one vector of a software adapter. */
export const channelLanes = 8;

/** Chunks of a sum over pixels, if each then has at most `longestSum` pixels: a lane each. */
const minChunks = 64;

/**
 * The chunks of a sum over pixels whose results are a few values a channel: a chunk is a lane, with a partial result.
 */
export function pixelChunks(pixels: number): Chunks {
  const perChunk = Math.min(longestSum, Math.ceil(pixels / minChunks));
  return { chunks: Math.ceil(pixels / perChunk), perChunk };
}

/** The same where a group, whose lanes have 4 pixels each, is a chunk. */
export function groupChunks(pixels: number): Chunks {
  const perChunk = 4 * tileLanes;
  return { chunks: Math.ceil(pixels / perChunk), perChunk };
}

/** Groups for so many independent lanes. */
export function tileGroups(lanes: number): number {
  return Math.ceil(lanes / tileLanes);
}

// How kernels of the schedule `tiles` cut their work. A group has few lanes, whose branch and channels are the same, so that
// none waits behind a condition that only others meet.

import { longestSum } from './sums.ts';

/** Lanes of a group. */
export const tileLanes = 32;

/** Lanes that share a pixel in the gradients of 1x1 convolutions: one vector of a software adapter. */
export const channelLanes = 8;

/** Lanes that a sum over pixels is spread over, if each then has few enough. */
const fewestChunks = 64;

export interface PixelChunks {
  readonly chunks: number;
  readonly perChunk: number;
}

/** How a sum over pixels is cut where its results are a few values a channel: a lane, and a partial result, a chunk. */
export function pixelChunks(pixels: number): PixelChunks {
  const perChunk = Math.min(longestSum, Math.ceil(pixels / fewestChunks));
  return { chunks: Math.ceil(pixels / perChunk), perChunk };
}

/** The same where a group, whose lanes have 4 pixels each, leaves one partial result. */
export function groupChunks(pixels: number): PixelChunks {
  const perChunk = 4 * tileLanes;
  return { chunks: Math.ceil(pixels / perChunk), perChunk };
}

/** Groups for so many independent lanes. */
export function tileGroups(lanes: number): number {
  return Math.ceil(lanes / tileLanes);
}

// The words that open the arguments of stages that go over groups of images (image-layout.ts), as globals of this
// thread, and what follows from them: distances in bytes within the buffers of its scratch memory.
import { integer } from './elements.as.ts';
import { scratch } from './scratch.as.ts';

export const LAYOUT_WORDS: i32 = 32;

export let images: i32 = 0;
export let inH: i32 = 0;
export let inW: i32 = 0;
export let channels: i32 = 0;
export let pitch: i32 = 0;
export let outH: i32 = 0;
export let outW: i32 = 0;
export let stride: i32 = 0;
/** Images in a group. */
export let group: i32 = 0;
export let groupsPerChunk: i32 = 0;
export let chunks: i32 = 0;
export let parts: i32 = 0;
/** Blocks are made of the same pixel of several images, not of pixels of a row. */
export let grouped: bool = false;
export let pad: i32 = 0;
/** Bytes of a pixel: in tiles, and with all channels side by side. */
export let tilePixel: i32 = 0;
export let pixelBytes: i32 = 0;
/** Bytes of a row. */
export let sourceRow: i32 = 0;
export let gradientRow: i32 = 0;
export let plainRow: i32 = 0;
export let dxRow: i32 = 0;
/** Bytes of a tile of 16 channels. */
export let sourceTile: i32 = 0;
export let gradientTile: i32 = 0;
/** Plain outputs of a group are `lines` of `linePixels` pixels, each a part of the output without gaps. */
export let lines: i32 = 0;
export let linePixels: i32 = 0;

export let rowAxis: usize = 0;
export let columnAxis: usize = 0;
export let coefficients: usize = 0;
/** [tile, image, row, column, 16]: the input, columns padded where images are not grouped. */
export let source: usize = 0;
/** As source: the gradient of the depthwise convolution's output. */
export let gradient: usize = 0;
/** [image, row, column, pitch]: the depthwise convolution's output, or gathered input. */
export let between: usize = 0;
/** [image, row, column, pitch]: the gradient of the 1x1 convolution's output. */
export let dRaw: usize = 0;
/** [image, row, column, pitch]: the gradient of the input. */
export let dx: usize = 0;

export function readLayout(args: usize): void {
  images = integer(args, 0);
  inH = integer(args, 1);
  inW = integer(args, 2);
  channels = integer(args, 3);
  pitch = integer(args, 4);
  outH = integer(args, 5);
  outW = integer(args, 6);
  stride = integer(args, 7);
  group = integer(args, 8);
  groupsPerChunk = integer(args, 9);
  chunks = integer(args, 10);
  parts = integer(args, 11);
  grouped = integer(args, 12) != 0;
  pad = integer(args, 13);
  tilePixel = integer(args, 18);
  pixelBytes = pitch << 2;
  sourceRow = integer(args, 14) * tilePixel;
  gradientRow = integer(args, 15) * tilePixel;
  plainRow = integer(args, 16) * pixelBytes;
  dxRow = integer(args, 17) * pixelBytes;
  sourceTile = group * inH * sourceRow;
  gradientTile = group * outH * gradientRow;
  const dense = integer(args, 16) == outW;
  lines = dense ? 1 : group * outH;
  linePixels = dense ? group * outH * outW : outW;
  rowAxis = scratch + integer(args, 19);
  columnAxis = rowAxis + (<usize>(group * inH + 1) << 4);
  coefficients = scratch + integer(args, 20);
  source = scratch + integer(args, 21);
  gradient = scratch + integer(args, 22);
  between = scratch + integer(args, 23);
  dRaw = scratch + integer(args, 24);
  dx = scratch + integer(args, 25);
}

/** First group of a chunk; the next chunk's is the end. */
// @ts-ignore: decorator
@inline
export function firstGroup(chunk: i32): i32 {
  return min(chunk * groupsPerChunk, (images + group - 1) / group);
}

/** Images that a group really has. */
// @ts-ignore: decorator
@inline
export function imagesIn(at: i32): i32 {
  return min(group, images - at * group);
}

/** Lines of the group's output that exist: fewer where the last group is not full. */
// @ts-ignore: decorator
@inline
export function linesIn(at: i32): i32 {
  return lines == 1 ? 1 : imagesIn(at) * outH;
}

/** Pixels of such a line. */
// @ts-ignore: decorator
@inline
export function pixelsInLine(at: i32): i32 {
  return lines == 1 ? imagesIn(at) * outH * outW : linePixels;
}

// Sizes, halves and windows of a fan's branches, as its webgpu kernels take them.
import { extent, imageShape, type Tensor } from '../../../tensor.ts';
import type { DispatchContext, Workspace } from '../../../webgpu/dispatch.ts';
import type { FanBranch } from '../types.ts';

/** Sizes that all kernels of a stage share, from its input [N, H, W, C] and stride. */
export interface Sizes {
  readonly pixels: number;
  readonly c4: number;
  /** Elements of an output, spare lanes included. */
  readonly elements: number;
  readonly words: Readonly<Record<string, number>>;
}

export function sizesOf(x: Tensor, stride: number): Sizes {
  const { n, h, w, c } = imageShape(x);
  const [outH, outW] = [Math.ceil(h / stride), Math.ceil(w / stride)];
  const pixels = n * outH * outW;
  const c4 = x.pitch / 4;
  const words = {
    images: n,
    height: h,
    width: w,
    out_height: outH,
    out_width: outW,
    channels: c,
    c4,
    pixels,
  };
  return { pixels, c4, elements: pixels * x.pitch, words };
}

/**
 * Pixels along a side of a pool's window. Shaders read it as a word, since software adapters are slow to compile
 * loops that they can unroll.
 */
export const poolWindow = 3;

/** A depthwise convolution and the 1x1 convolution after it. */
export interface Half {
  /** Position of the branch in the fan. */
  readonly branch: number;
  readonly kernel: number;
  readonly dilation: number;
  readonly depth: Tensor;
  readonly point: Tensor;
}

/** Half number `index` of each separable branch that has it. */
export function halvesAt(branches: readonly FanBranch[], index: number): Half[] {
  return branches.flatMap((branch, b): Half[] => {
    const half = branch.kind === 'separable' ? branch.halves[index] : undefined;
    if (half === undefined) return [];
    const [depth, point] = branch.weights.slice(2 * index);
    return [{ branch: b, ...half, depth: depth!, point: point! }];
  });
}

function divisor(a: number, b: number): number {
  return b === 0 ? a : divisor(b, a % b);
}

/**
 * Windows of depthwise convolutions. The windows of output pixels `pixel_gap` apart in a row are `tap_shift` taps apart
 * in the source, so that they share source pixels.
 */
export function windowWords(halves: readonly Half[], stride: number) {
  const gaps = halves.map(({ dilation }) => dilation / divisor(stride, dilation));
  return {
    kernel: halves.map(({ kernel }) => kernel),
    dilation: halves.map(({ dilation }) => dilation),
    pixel_gap: gaps,
    tap_shift: halves.map(({ dilation }, k) => (stride * gaps[k]!) / dilation),
  };
}

/** Multiplies and adds of depthwise convolutions, and of the 1x1 convolutions, over all outputs. */
export function depthFlops(halves: readonly Half[], { elements }: Sizes): number {
  return halves.reduce((sum, { kernel }) => sum + 2 * elements * kernel * kernel, 0);
}

export function pointFlops(halves: readonly Half[], { elements, words }: Sizes): number {
  return 2 * elements * words['channels']! * halves.length;
}

/** Lanes for depthwise convolutions, 4 pixels each: the maximum over halves. */
export function rowTiles({ words }: Sizes, gaps: readonly number[]): number {
  const width = words['out_width']!;
  const inRow = Math.max(...gaps.map((gap) => Math.ceil(width / (4 * gap)) * gap));
  return words['images']! * words['out_height']! * inRow;
}

/** `count` workspaces of a list that levels share, one after the other; the list grows as needed. */
export function reuse(
  list: Workspace[],
  count: number,
  { elements }: Sizes,
  context: DispatchContext,
): Workspace[] {
  while (list.length < count) list.push(context.workspace(elements));
  return list.slice(0, count);
}

/** Bytes of tensors, each counted once. */
export function bytesOfAll(tensors: readonly Tensor[]): number {
  return [...new Set(tensors)].reduce((sum, tensor) => sum + 4 * extent(tensor), 0);
}

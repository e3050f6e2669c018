// Dense convolution on wasm: gathered rows times a matrix.
import { imageShape, type Tensor } from '../../../tensor.ts';
import { bytesOf, type StageContext, pixelsPerChunk, type Stage, sumPartials } from '../../../wasm/stage.ts';
import type { ConvolutionBackward, ConvolutionForward } from '../types.ts';

/** Limit of the bytes of gathered rows in a block: they stay in a core's second-level cache. */
const blockBytes = 65_536;

/** The largest number of partial sums of the weight gradient. */
const maxPartials = 64;

interface Gather {
  /** What rows are gathered from, and the pixels that each get one. */
  readonly from: Tensor;
  readonly onto: Tensor;
  /** Height and width of the filter. */
  readonly kernel: readonly [number, number];
  readonly stride: number;
  /** Taps of dy that meet an input pixel, instead of taps of x that meet an output pixel. */
  readonly inverse: boolean;
}

interface Geometry {
  readonly words: number[];
  readonly chunks: number;
  readonly pixels: number;
  /** Elements of a row: taps * channels, rounded up to 4. */
  readonly row: number;
}

function geometry(
  { from, onto, kernel, stride, inverse }: Gather,
  perChunk: number,
  context: StageContext,
): Geometry {
  const { h, w, c } = imageShape(from);
  const out = imageShape(onto);
  const row = Math.ceil((kernel[0] * kernel[1] * c) / 4) * 4;
  const perBlock = Math.max(8, Math.min(64, Math.floor(blockBytes / (row * 16)) * 4));
  const pixels = out.n * out.h * out.w;
  context.scratch(perBlock * row * 4 + 16);
  const source = [context.address(from), h, w, from.pitch * 4, c, ...kernel, stride, Number(inverse)];
  const words = [...source, out.h, out.w, pixels, perChunk, perBlock, row * 4];
  return { words, chunks: Math.ceil(pixels / perChunk), pixels, row };
}

export function forward(instruction: ConvolutionForward, context: StageContext): Stage[] {
  const { x, weight } = instruction.reads;
  const { y } = instruction.writes;
  const kernel = [weight.shape[0]!, weight.shape[1]!] as const;
  const gather = { from: x, onto: y, kernel, stride: instruction.stride, inverse: false };
  const { words, chunks, pixels } = geometry(gather, pixelsPerChunk, context);
  const inputs = weight.shape[0]! * weight.shape[1]! * weight.shape[2]!;
  const matrix = [context.address(weight), weight.pitch * 4, inputs];
  const args = [...words, ...matrix, context.address(y), y.pitch, 0];
  const flops = 2 * pixels * inputs * weight.shape[3]!;
  return [{ kernel: 'convolutionProduct', args, chunks, flops, bytes: bytesOf(x, y) }];
}

export function backward(instruction: ConvolutionBackward, context: StageContext): Stage[] {
  const { x, weight, dy } = instruction.reads;
  const { dx, dweight } = instruction.writes;
  const [height, width, inputs, outputs] = weight.shape as [number, number, number, number];
  const kernel = [height, width] as const;
  const taps = height * width;
  const stages: Stage[] = [];
  if (dx) {
    const matrix = context.workspace(taps * outputs * dx.pitch * 4);
    const from = [context.address(weight), taps, inputs, outputs, weight.pitch * 4];
    stages.push({ kernel: 'convolutionTranspose', args: [...from, matrix, dx.pitch * 4], chunks: taps });
    const gather = { from: dy, onto: dx, kernel, stride: instruction.stride, inverse: true };
    const { words, chunks, pixels } = geometry(gather, pixelsPerChunk, context);
    const args = [...words, matrix, dx.pitch * 4, taps * outputs];
    stages.push({
      kernel: 'convolutionProduct',
      args: [...args, context.address(dx), dx.pitch, Number(instruction.accumulate)],
      chunks,
      flops: 2 * pixels * taps * outputs * inputs,
      bytes: bytesOf(dy, dx) + (instruction.accumulate ? bytesOf(dx) : 0),
    });
  }
  if (dweight) {
    const gather = { from: x, onto: dy, kernel, stride: instruction.stride, inverse: false };
    const { n, h, w } = imageShape(dy);
    const perChunk = Math.ceil((n * h * w) / maxPartials / pixelsPerChunk) * pixelsPerChunk;
    const { words, chunks, pixels, row } = geometry(gather, perChunk, context);
    const partialBytes = row * dy.pitch * 4;
    const partials = context.workspace(chunks * partialBytes);
    stages.push({
      kernel: 'convolutionWeights',
      args: [...words, context.address(dy), dy.pitch, partials],
      chunks,
      flops: 2 * pixels * taps * inputs * outputs,
      bytes: bytesOf(x, dy),
    });
    const elements = taps * inputs * weight.pitch;
    stages.push(sumPartials(partials, chunks, partialBytes, context.address(dweight), elements));
  }
  return stages;
}

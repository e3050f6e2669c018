// Dense convolution on webgpu: register tiles; the weight gradient in two stages.
import { count, imageShape, type Tensor } from '../../../tensor.ts';
import { bytesOf, type Dispatch, type DispatchContext, vectors } from '../../../webgpu/dispatch.ts';
import { chunksOf, longestSum, sumPartials } from '../../../webgpu/sums.ts';
import forwardShader from './forward.wgsl';
import inputShader from './input.wgsl';
import type { ConvolutionBackward, ConvolutionForward } from '../types.ts';
import weightsShader from './weights.wgsl';

/** Sizes that the shaders are compiled for; only the number of images stays open. */
function geometry(x: Tensor, y: Tensor, weight: Tensor, stride: number) {
  const [from, to] = [imageShape(x), imageShape(y)];
  const pixels = to.n * to.h * to.w;
  return {
    extents: {
      H: from.h,
      W: from.w,
      OH: to.h,
      OW: to.w,
      KH: weight.shape[0]!,
      KW: weight.shape[1]!,
      TAPS: weight.shape[0]! * weight.shape[1]!,
      STRIDE: stride,
      I: from.c,
      I4: x.pitch / 4,
      O4: y.pitch / 4,
    },
    pixels,
    flops: 2 * pixels * count(weight.shape),
  };
}

export function forward({ reads, writes, stride }: ConvolutionForward): Dispatch[] {
  const { x, weight } = reads;
  const { y } = writes;
  const { extents, pixels, flops } = geometry(x, y, weight, stride);
  return [
    {
      shader: forwardShader,
      extents,
      reads: { x, weight },
      writes: { y },
      words: { pixels, height: extents.KH, width: extents.KW, inputs4: extents.I4 },
      size: { threads: Math.ceil(pixels / 4) * extents.O4 },
      flops,
      bytes: bytesOf(x, weight, y),
    },
  ];
}

export function backward(
  { reads, writes, stride, accumulate }: ConvolutionBackward,
  context: DispatchContext,
): Dispatch[] {
  const { x, weight, dy } = reads;
  const { dx, dweight } = writes;
  const { extents, pixels, flops } = geometry(x, dy, weight, stride);
  const dispatches: Dispatch[] = [];
  if (dx) {
    dispatches.push({
      shader: inputShader,
      extents,
      constants: { ACCUMULATE: accumulate },
      reads: { weight, dy },
      writes: { dx },
      words: { height: extents.KH, width: extents.KW, outputs4: extents.O4 },
      size: { threads: vectors(dx) },
      flops,
      bytes: bytesOf(dy, weight, dx, accumulate ? dx : undefined),
    });
  }
  if (dweight) {
    const { chunks, perChunk } = chunksOf(pixels);
    const { TAPS, I4, O4 } = extents;
    const partials = context.workspace(chunks * vectors(weight) * 4);
    dispatches.push(
      {
        shader: weightsShader,
        extents: { ...extents, LONGEST: longestSum },
        reads: { x, dy },
        writes: { partials },
        words: { pixels, per_chunk: perChunk },
        size: { threads: chunks * TAPS * I4 * O4 },
        flops,
        bytes: bytesOf(x, dy),
      },
      sumPartials(partials, chunks, vectors(weight), dweight),
    );
  }
  return dispatches;
}

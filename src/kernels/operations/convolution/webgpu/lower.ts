// Dense convolution on webgpu: register tiles; the weight gradient in two stages.
import { count, extent, type Tensor } from '../../../tensor.ts';
import { bytesOf, imageExtents, vectors } from '../../../webgpu/dispatch.ts';
import type { Dispatch, DispatchContext } from '../../../webgpu/dispatch.ts';
import { weightGradient } from '../../../webgpu/sums.ts';
import forwardShader from './forward.wgsl';
import inputShader from './input.wgsl';
import type { ConvolutionBackward, ConvolutionForward } from '../types.ts';
import weightsShader from './weights.wgsl';

/** Sizes that the shaders are compiled for; only the number of images stays open. */
function geometry(x: Tensor, y: Tensor, weight: Tensor, stride: number) {
  const pixels = extent(y) / y.pitch;
  return {
    extents: {
      ...imageExtents(x, y),
      KH: weight.shape[0]!,
      KW: weight.shape[1]!,
      TAPS: weight.shape[0]! * weight.shape[1]!,
      STRIDE: stride,
      I: x.shape[3]!,
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
    const { TAPS, I4, O4 } = extents;
    const threads = TAPS * I4 * O4;
    const stage = { shader: weightsShader, extents, reads: { x, dy }, threads, flops, bytes: bytesOf(x, dy) };
    dispatches.push(...weightGradient(stage, pixels, dweight, context));
  }
  return dispatches;
}

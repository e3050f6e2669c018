// Depthwise convolution on webgpu; the weight gradient in two stages.
import { extent, type Tensor } from '../../../tensor.ts';
import { bytesOf, imageExtents, vectors } from '../../../webgpu/dispatch.ts';
import type { Dispatch, DispatchContext } from '../../../webgpu/dispatch.ts';
import { weightGradient } from '../../../webgpu/sums.ts';
import forwardShader from './forward.wgsl';
import inputShader from './input.wgsl';
import type { DepthwiseBackward, DepthwiseForward } from '../types.ts';
import weightsShader from './weights.wgsl';

interface Window {
  readonly stride: number;
  readonly dilation: number;
}

/** Sizes that the shaders are compiled for; only the number of images stays open. */
function geometry(x: Tensor, y: Tensor, weight: Tensor, { stride, dilation }: Window) {
  const K = weight.shape[0]!;
  const pixels = extent(y) / y.pitch;
  return {
    extents: {
      ...imageExtents(x, y),
      C4: x.pitch / 4,
      K,
      STRIDE: stride,
      DILATION: dilation,
    },
    pixels,
    flops: 2 * pixels * K * K * x.pitch,
  };
}

export function forward(instruction: DepthwiseForward): Dispatch[] {
  const { x, weight } = instruction.reads;
  const { y } = instruction.writes;
  const { extents, flops } = geometry(x, y, weight, instruction);
  return [
    {
      shader: forwardShader,
      extents,
      reads: { x, weight },
      writes: { y },
      words: { kernel: extents.K },
      size: { threads: vectors(y) },
      flops,
      bytes: bytesOf(x, weight, y),
    },
  ];
}

export function backward(instruction: DepthwiseBackward, context: DispatchContext): Dispatch[] {
  const { x, weight, dy } = instruction.reads;
  const { dx, dweight } = instruction.writes;
  const { extents, pixels, flops } = geometry(x, dy, weight, instruction);
  const dispatches: Dispatch[] = [];
  if (dx) {
    dispatches.push({
      shader: inputShader,
      extents,
      constants: { ACCUMULATE: instruction.accumulate },
      reads: { weight, dy },
      writes: { dx },
      words: { kernel: extents.K },
      size: { threads: vectors(dx) },
      flops,
      bytes: bytesOf(dy, weight, dx, instruction.accumulate ? dx : undefined),
    });
  }
  if (dweight) {
    const threads = vectors(weight);
    const stage = { shader: weightsShader, extents, reads: { x, dy }, threads, flops, bytes: bytesOf(x, dy) };
    dispatches.push(...weightGradient(stage, pixels, dweight, context));
  }
  return dispatches;
}

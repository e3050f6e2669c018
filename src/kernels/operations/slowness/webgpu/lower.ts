// Differences of neighbours on webgpu. The loss is a sum over everything, in two stages.
import { extent } from '../../../tensor.ts';
import { bytesOf, type Dispatch, type DispatchContext, vectors } from '../../../webgpu/dispatch.ts';
import { longestSum } from '../../../webgpu/sums.ts';
import backwardShader from './backward.wgsl';
import { scaleOf, type SlownessBackward, type SlownessForward } from '../types.ts';
import sumsShader from './sums.wgsl';
import totalShader from './total.wgsl';

export function forward({ reads, writes, weight }: SlownessForward, context: DispatchContext): Dispatch[] {
  const { xs } = reads;
  const size = vectors(xs[0]!);
  const chunks = Math.ceil(size / longestSum);
  const count = chunks * (xs.length - 1);
  const partials = context.workspace(4 * count);
  return [
    {
      shader: sumsShader,
      extents: { CHUNK: longestSum },
      reads: { xs },
      writes: { partials },
      words: { chunks, size },
      size: { threads: count },
      flops: 12 * size * (xs.length - 1),
      bytes: 2 * bytesOf(...xs.slice(1)),
    },
    {
      shader: totalShader,
      reads: { partials },
      writes: { loss: writes.loss },
      words: { partial_sums: count, scale: { f32: scaleOf(xs, weight) } },
      size: { threads: 1 },
      flops: 4 * count,
      bytes: 16 * count,
    },
  ];
}

export function backward({ reads, writes, weight, accumulate }: SlownessBackward): Dispatch[] {
  const { xs } = reads;
  return writes.dxs.flatMap((dx, t): Dispatch[] => {
    if (!dx) return [];
    return [
      {
        shader: backwardShader,
        constants: { ACCUMULATE: accumulate[t]! },
        reads: { x: xs[t], before: xs[t - 1], after: xs[t + 1] },
        writes: { dx },
        words: { scale: { f32: scaleOf(xs, weight) } },
        size: { threads: vectors(dx) },
        flops: 5 * extent(dx),
        bytes: 4 * bytesOf(dx),
      },
    ];
  });
}

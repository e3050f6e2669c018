// Factorized reduce on webgpu. Where the first half's channels are no multiple of 4, the second half is loaded by
// elements.
import { count, extent, type Tensor } from '../../../tensor.ts';
import { bytesOf, imageExtents, vectors } from '../../../webgpu/dispatch.ts';
import type { Dispatch, DispatchContext } from '../../../webgpu/dispatch.ts';
import { weightGradient } from '../../../webgpu/sums.ts';
import forwardShader from './forward.wgsl';
import inputShader from './input.wgsl';
import type { FactorizedReduceBackward, FactorizedReduceForward } from '../types.ts';
import rowsShader from './rows.wgsl';
import weightsShader from './weights.wgsl';

function geometry(x: Tensor, y: Tensor, first: Tensor, second: Tensor) {
  const pixels = extent(y) / y.pitch;
  return {
    extents: {
      ...imageExtents(x, y),
      I: x.shape[3]!,
      I4: x.pitch / 4,
      O: y.shape[3]!,
      O4: y.pitch / 4,
      F: first.shape[1]!,
      F_PITCH: first.pitch,
      S_PITCH: second.pitch,
    },
    pixels,
    flops: 2 * pixels * (count(first.shape) + count(second.shape)),
  };
}

export function forward({ reads, writes }: FactorizedReduceForward): Dispatch[] {
  const { x, first, second } = reads;
  const { y } = writes;
  const { extents, flops } = geometry(x, y, first, second);
  return [
    {
      shader: `${rowsShader}\n${forwardShader}`,
      extents,
      reads: { x, first, second },
      writes: { y },
      words: { inputs4: extents.I4 },
      size: { threads: vectors(y) },
      flops,
      bytes: bytesOf(x, first, second, y),
    },
  ];
}

export function backward(
  { reads, writes, accumulate }: FactorizedReduceBackward,
  context: DispatchContext,
): Dispatch[] {
  const { x, first, second, dy } = reads;
  const { dx, dfirst, dsecond } = writes;
  const { extents, pixels, flops } = geometry(x, dy, first, second);
  const dispatches: Dispatch[] = [];
  if (dx) {
    dispatches.push({
      shader: `${rowsShader}\n${inputShader}`,
      extents,
      constants: { ACCUMULATE: accumulate },
      reads: { first, second, dy },
      writes: { dx },
      words: { border: extents.F, outputs: extents.O },
      size: { threads: vectors(dx) },
      flops,
      bytes: bytesOf(dy, first, second, dx, accumulate ? dx : undefined),
    });
  }
  for (const [shift, from, gradient] of [
    [0, 0, dfirst],
    [1, extents.F, dsecond],
  ] as const) {
    if (gradient === undefined) continue;
    const [D, D4] = [gradient.shape[1]!, gradient.pitch / 4];
    const stage = {
      shader: weightsShader,
      extents: { ...extents, SHIFT: shift, FROM: from, D, D4 },
      reads: { x, dy },
      threads: extents.I4 * D4,
      flops: 2 * pixels * count(gradient.shape),
      bytes: (bytesOf(x) + bytesOf(dy)) / 2,
    };
    dispatches.push(...weightGradient(stage, pixels, gradient, context));
  }
  return dispatches;
}

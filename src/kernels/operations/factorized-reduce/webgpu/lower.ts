// Factorized reduce on webgpu. Where the first half's channels are no multiple of 4, the second half is loaded by
// elements.
import { count, imageShape, type Tensor } from '../../../tensor.ts';
import { bytesOf, type Dispatch, type DispatchContext, vectors } from '../../../webgpu/dispatch.ts';
import { chunksOf, longestSum, sumPartials } from '../../../webgpu/sums.ts';
import forwardShader from './forward.wgsl';
import inputShader from './input.wgsl';
import type { FactorizedReduceBackward, FactorizedReduceForward } from '../types.ts';
import rowsShader from './rows.wgsl';
import weightsShader from './weights.wgsl';

function geometry(x: Tensor, y: Tensor, first: Tensor, second: Tensor) {
  const [from, to] = [imageShape(x), imageShape(y)];
  const pixels = to.n * to.h * to.w;
  return {
    extents: {
      H: from.h,
      W: from.w,
      OH: to.h,
      OW: to.w,
      I: from.c,
      I4: x.pitch / 4,
      O: to.c,
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
  const { chunks, perChunk } = chunksOf(pixels);
  for (const [shift, from, gradient] of [
    [0, 0, dfirst],
    [1, extents.F, dsecond],
  ] as const) {
    if (gradient === undefined) continue;
    const partials = context.workspace(chunks * vectors(gradient) * 4);
    const [D, D4] = [gradient.shape[1]!, gradient.pitch / 4];
    dispatches.push(
      {
        shader: weightsShader,
        extents: { ...extents, SHIFT: shift, FROM: from, D, D4, LONGEST: longestSum },
        reads: { x, dy },
        writes: { partials },
        words: { pixels, per_chunk: perChunk },
        size: { threads: chunks * extents.I4 * D4 },
        flops: 2 * pixels * count(gradient.shape),
        bytes: (bytesOf(x) + bytesOf(dy)) / 2,
      },
      sumPartials(partials, chunks, vectors(gradient), gradient),
    );
  }
  return dispatches;
}

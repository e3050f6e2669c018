// preprocess on webgpu: one dispatch over all inputs side by side, then batch norm's own. Backward: its sums, the
// gradient of the convolution's output, then inputs and weights.
import { extent, imageShape, type Tensor } from '../../../tensor.ts';
import { channelStarts } from '../../../webgpu/channel-starts.ts';
import { bytesOf, type Dispatch, type DispatchContext, type Workspace } from '../../../webgpu/dispatch.ts';
import { startsOf, sumParts } from '../../../webgpu/sum-parts.ts';
import { chunksOf, longestSum } from '../../../webgpu/sums.ts';
import { channelLanes, pixelChunks, tileGroups, tileLanes } from '../../../webgpu/tiles.ts';
import * as batchNorm from '../../batch-norm/webgpu/lower.ts';
import rawGradientShader from './raw-gradient.wgsl';
import forwardShader from './forward.wgsl';
import inputShader from './input.wgsl';
import inputsShader from './inputs.wgsl';
import type { PreprocessBackward, PreprocessForward } from '../types.ts';
import reduceShader from './reduce.wgsl';
import sumsShader from './sums.wgsl';
import weightsShader from './weights.wgsl';

function geometry(xs: readonly Tensor[], weights: readonly Tensor[], y: Tensor) {
  const [from, to] = [imageShape(xs[0]!), imageShape(y)];
  const pixels = to.n * to.h * to.w;
  const cin = xs.reduce((sum, { shape }) => sum + shape[3]!, 0);
  return {
    pixels,
    inputs: from.n * from.h * from.w,
    o4: y.pitch / 4,
    reduce: weights.length === 2,
    flops: 2 * pixels * cin * (weights.length === 2 ? Math.ceil(to.c / 2) : to.c),
    words: {
      height: from.h,
      width: from.w,
      out_height: to.h,
      out_width: to.w,
      pixels,
      o4: y.pitch / 4,
      outputs: to.c,
      split: weights[0]!.shape[1]!,
    },
  };
}

/** What inputs.wgsl reads of weights. */
function weightOperands([first, second]: readonly Tensor[]) {
  return { first, second };
}

export function forward({ reads, writes }: PreprocessForward, context: DispatchContext): Dispatch[] {
  const { xs, weights } = reads;
  const { y, statistics } = writes;
  const { pixels, o4, reduce, flops, words } = geometry(xs, weights, y);
  return [
    {
      shader: `${inputsShader}\n${reduce ? reduceShader : forwardShader}`,
      constants: { LANES: tileLanes },
      reads: { xs, ...weightOperands(weights) },
      writes: { y },
      words: { ...words, starts: channelStarts(xs) },
      size: {
        groups: reduce ? tileGroups(pixels) * o4 : tileGroups(Math.ceil(pixels / 4)) * Math.ceil(o4 / 2),
        lanes: tileLanes,
      },
      flops,
      bytes: bytesOf(...xs, ...weights, y),
    },
    // In place.
    ...batchNorm.forward({ reads: { x: y }, writes: { y, statistics } }, context),
  ];
}

export function backward(instruction: PreprocessBackward, context: DispatchContext): Dispatch[] {
  const { xs, weights, y, statistics, dy } = instruction.reads;
  const { pixels, o4, words } = geometry(xs, weights, y);
  const { chunks, perChunk } = pixelChunks(pixels);
  const partials = context.workspace(8 * chunks * o4);
  const sums = context.workspace(8 * o4);
  const dRaw = context.workspace(extent(y));
  return [
    {
      shader: sumsShader,
      constants: { LANES: tileLanes },
      reads: { y, dy },
      writes: { partials },
      words: { pixels, o4, chunks, per_chunk: perChunk },
      size: { groups: tileGroups(chunks) * o4, lanes: tileLanes },
      flops: 3 * extent(y),
      bytes: bytesOf(y, dy),
    },
    sumParts(partials, chunks, [{ result: sums, width: 2 * o4 }]),
    {
      shader: rawGradientShader,
      constants: { LANES: tileLanes },
      reads: { y, dy, statistics, sums },
      writes: { dRaw },
      words,
      size: { groups: tileGroups(pixels / 4) * o4, lanes: tileLanes },
      flops: 4 * extent(y),
      bytes: 3 * bytesOf(y),
    },
    ...inputGradients(instruction, dRaw),
    ...weightGradients(instruction, dRaw, context),
  ];
}

function inputGradients({ reads, writes, accumulate }: PreprocessBackward, dRaw: Workspace): Dispatch[] {
  const { xs, weights, y } = reads;
  const starts = channelStarts(xs);
  const wanted = xs.flatMap((x, i) => {
    const dx = writes.dxs[i];
    return dx ? [{ x, dx, start: starts[i]!, accumulate: Number(accumulate[i]) }] : [];
  });
  if (wanted.length === 0) return [];
  const { inputs, reduce, flops, words } = geometry(xs, weights, y);
  const wantedStarts = startsOf(wanted.map(({ x }) => ({ result: x, width: x.pitch / 4 })));
  return [
    {
      shader: `${inputsShader}\n${inputShader}`,
      constants: { LANES: tileLanes, REDUCE: reduce },
      reads: { xs: wanted.map(({ x }) => x), dRaw, ...weightOperands(weights) },
      writes: { dxs: wanted.map(({ dx }) => dx) },
      words: {
        ...words,
        inputs,
        wanted_starts: wantedStarts,
        start: wanted.map(({ start }) => start),
        channels: wanted.map(({ x }) => x.shape[3]!),
        accumulate: wanted.map((one) => one.accumulate),
      },
      size: { groups: tileGroups(inputs) * wantedStarts.at(-1)!, lanes: tileLanes },
      flops,
      bytes: bytesOf(y, ...wanted.flatMap(({ x, dx }) => [x, dx])),
    },
  ];
}

function weightGradients(
  { reads, writes }: PreprocessBackward,
  dRaw: Workspace,
  context: DispatchContext,
): Dispatch[] {
  const { xs, weights, y } = reads;
  const { dweights } = writes;
  if (dweights === undefined) return [];
  const { pixels, reduce, flops, words } = geometry(xs, weights, y);
  const parts = dweights.map((result) => ({ result, width: extent(result) / 4 }));
  const starts = startsOf(parts);
  const { chunks, perChunk } = chunksOf(pixels);
  const partials = context.workspace(4 * chunks * starts.at(-1)!);
  const blocks = startsOf(xs.map((x) => ({ result: x, width: Math.ceil(x.shape[3]! / channelLanes) })));
  return [
    ...dweights.map((dweight, half): Dispatch => ({
      shader: `${inputsShader}\n${weightsShader}`,
      constants: { LANES: channelLanes, LONGEST: longestSum, REDUCE: reduce },
      reads: { xs, dRaw, ...weightOperands(weights) },
      writes: { partials },
      words: {
        ...words,
        starts: channelStarts(xs),
        block_starts: blocks,
        shift: half,
        from_channel: half * dweights[0]!.shape[1]!,
        d: dweight.shape[1]!,
        per_chunk: perChunk,
        partial_width: starts.at(-1)!,
        partial_start: starts[half]!,
      },
      size: {
        groups: Math.ceil(dweight.pitch / 16) * blocks.at(-1)! * chunks,
        lanes: channelLanes,
      },
      flops: flops / dweights.length,
      bytes: bytesOf(...xs, y) / dweights.length,
    })),
    sumParts(partials, chunks, parts),
  ];
}

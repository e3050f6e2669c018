// A fan on webgpu, forward: for each half the depthwise convolutions of all branches in one dispatch, their 1x1 convolutions
// in one, and the statistics of all outputs in two.
import { extent, type Tensor } from '../../tensor.ts';
import { bytesOf, type Dispatch, type LoweringContext, type Workspace } from '../../webgpu/dispatch.ts';
import { inStages } from '../../webgpu/together.ts';
import { pixelChunks, tileGroups, tileLanes } from '../../webgpu/tiles.ts';
import { epsilon } from '../batch-norm/nodes.ts';
import { denseForward } from './dense-webgpu.ts';
import { depthwise, type Sources } from './depthwise-webgpu.ts';
import {
  bytesOfAll,
  type Half,
  halvesAt,
  pointFlops,
  poolWindow,
  type Sizes,
  sizesOf,
} from './halves-webgpu.ts';
import type { FanForward, PoolOutput } from './nodes.ts';
import pointShader from './point.wgsl';
import poolsShader from './pools.wgsl';
import statisticsShader from './statistics.wgsl';
import sumsShader from './sums.wgsl';

function pointwise(
  halves: readonly Half[],
  betweens: readonly Workspace[],
  raws: readonly Tensor[],
  sizes: Sizes,
): Dispatch[] {
  if (halves.length === 0) return [];
  const { c4, pixels } = sizes;
  return [
    {
      shader: pointShader,
      constants: { LANES: tileLanes },
      reads: { betweens, points: halves.map(({ point }) => point) },
      writes: { raws },
      words: sizes.words,
      size: {
        groups: tileGroups(Math.ceil(pixels / 4)) * halves.length * Math.ceil(c4 / 2),
        lanes: tileLanes,
      },
      flops: pointFlops(halves, sizes),
      bytes: 2 * bytesOfAll(raws),
    },
  ];
}

function poolAll(x: Tensor, pools: readonly PoolOutput[], sizes: Sizes, stride: number): Dispatch[] {
  if (pools.length === 0) return [];
  const outputs = pools.map(({ y }) => y);
  return [
    {
      shader: poolsShader,
      constants: { LANES: tileLanes, STRIDE: stride },
      reads: { x },
      writes: { pools: outputs },
      words: { ...sizes.words, window: poolWindow, maximum: pools.map(({ mode }) => Number(mode === 'max')) },
      size: { groups: tileGroups(sizes.pixels) * sizes.c4, lanes: tileLanes },
      flops: 9 * sizes.elements * pools.length,
      bytes: bytesOf(x) + bytesOfAll(outputs),
    },
  ];
}

interface Measured {
  readonly output: Tensor;
  readonly statistics: Tensor;
}

/** Means and inverse deviations of several outputs of one shape. */
function measure(measured: readonly Measured[], sizes: Sizes, context: LoweringContext): Dispatch[] {
  if (measured.length === 0) return [];
  const { pixels, c4 } = sizes;
  const outputs = measured.map(({ output }) => output);
  const { chunks, perChunk } = pixelChunks(pixels);
  const partials = context.workspace(measured.length * chunks * 8 * c4);
  const words = { pixels, c4, channels: sizes.words['channels']!, chunks, per_chunk: perChunk };
  return [
    {
      shader: sumsShader,
      constants: { LANES: tileLanes },
      reads: { outputs },
      writes: { partials },
      words,
      size: { groups: tileGroups(chunks) * measured.length * c4, lanes: tileLanes },
      flops: 4 * measured.length * extent(outputs[0]!),
      bytes: bytesOfAll(outputs),
    },
    {
      shader: statisticsShader,
      constants: { EPSILON: { f32: epsilon } },
      reads: { partials },
      writes: { statistics: measured.map(({ statistics }) => statistics) },
      words,
      size: { threads: measured.length * c4 },
      flops: 24 * measured.length * chunks * c4,
      bytes: 64 * measured.length * chunks * c4,
    },
  ];
}

export function forward(
  { reads, writes, stride }: FanForward,
  context: LoweringContext,
): readonly Dispatch[] {
  const { x, branches } = reads;
  const most = Math.max(0, ...writes.branches.map(({ raw }) => raw.length));
  const stages: (readonly Dispatch[])[] = [];
  const pools = writes.pools.flatMap(({ y, statistics }) => (statistics ? [{ output: y, statistics }] : []));
  for (let index = 0; index < Math.max(1, most); index++) {
    const halves = halvesAt(branches, index);
    const outputs = halves.map(({ branch }) => writes.branches[branch]!);
    const before = (tensors: readonly (readonly Tensor[])[]) => tensors.map((of) => of[index - 1]!);
    const sources: Sources =
      index === 0
        ? { sources: halves.map(() => x), statistics: undefined }
        : {
            sources: before(outputs.map(({ raw }) => raw)),
            statistics: before(outputs.map(({ statistics }) => statistics)),
          };
    const sizes = index === 0 ? sizesOf(x, stride) : sizesOf(writes.branches[0]!.raw[0]!, 1);
    const depth = depthwise(halves, sources, sizes, index === 0 ? stride : 1, context);
    const raws = outputs.map(({ raw }) => raw[index]!);
    const opening = index === 0 ? poolAll(x, writes.pools, sizes, stride) : [];
    stages.push([...depth.dispatches, ...opening], pointwise(halves, depth.betweens, raws, sizes));
    const all = writes.branches.filter(({ raw }) => index < raw.length);
    const measured = all.map(({ raw, statistics }) => ({
      output: raw[index]!,
      statistics: statistics[index]!,
    }));
    if (index === 0) stages.push(...denseForward(reads, writes, stride).map((dispatch) => [dispatch]));
    const outcomes = [...(index === 0 ? pools : []), ...measured];
    stages.push(...measure(outcomes, sizes, context).map((dispatch) => [dispatch]));
  }
  return inStages(context.schedule, stages);
}

export { backward } from './lower-webgpu-backward.ts';

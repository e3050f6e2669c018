// A fan on webgpu, forward: for each half the depthwise convolutions of all branches in one dispatch, their 1x1
// convolutions in one, and the statistics of all outputs in two.
import { extent, type Tensor } from '../../../tensor.ts';
import { bytesOf, type Dispatch, type DispatchContext, type Workspace } from '../../../webgpu/dispatch.ts';
import { joinStages } from '../../../webgpu/join-dispatches.ts';
import type { Chunks } from '../../../webgpu/sums.ts';
import { groupChunks, pixelChunks, tileGroups, tileLanes } from '../../../webgpu/tiles.ts';
import laneSumsShader from '../../../webgpu/lane-sums.wgsl';
import { epsilon } from '../../batch-norm/types.ts';
import { denseForward } from './dense.ts';
import { depthwise, type Sources } from './depthwise.ts';
import {
  bytesOfAll,
  type Half,
  halvesAt,
  pointFlops,
  poolWindow,
  reuse,
  type Sizes,
  sizesOf,
} from './halves.ts';
import type { FanForward, PoolOutput } from '../types.ts';
import pointShader from './point.wgsl';
import poolsShader from './pools.wgsl';
import statisticsShader from './statistics.wgsl';
import sumsShader from './sums.wgsl';

/** 1x1 convolutions; on a GPU with the sums for the statistics of their outputs. */
function pointwise(
  halves: readonly Half[],
  betweens: readonly Workspace[],
  raws: readonly Tensor[],
  sizes: Sizes,
  sums: Sums | undefined,
): Dispatch[] {
  if (halves.length === 0) return [];
  const { c4, pixels } = sizes;
  return [
    {
      shader: `${laneSumsShader}\n${pointShader}`,
      constants: { LANES: tileLanes, SUMS: sums !== undefined },
      reads: { betweens, points: halves.map(({ point }) => point) },
      writes: { raws, partials: sums?.partials },
      words: {
        ...sizes.words,
        chunks: sums?.chunks ?? 0,
        position: raws.map((raw) => sums?.positions.get(raw) ?? 0),
      },
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

/**
 * First stage of the statistics of several outputs of one shape: of each chunk of pixels, mean and squared deviations.
 */
interface Sums {
  readonly partials: Workspace;
  readonly chunks: number;
  readonly perChunk: number;
  /** Of an output among all. */
  readonly positions: ReadonlyMap<Tensor, number>;
}

function sumsOf(
  measured: readonly Measured[],
  { c4 }: Sizes,
  { chunks, perChunk }: Chunks,
  context: DispatchContext,
): Sums {
  const partials = context.workspace(measured.length * chunks * 8 * c4);
  return { partials, chunks, perChunk, positions: new Map(measured.map(({ output }, i) => [output, i])) };
}

function sum(outputs: readonly Tensor[], sizes: Sizes, sums: Sums): Dispatch[] {
  if (outputs.length === 0) return [];
  const { pixels, c4 } = sizes;
  const { partials, chunks, perChunk, positions } = sums;
  return [
    {
      shader: sumsShader,
      constants: { LANES: tileLanes },
      reads: { outputs },
      writes: { partials },
      words: {
        pixels,
        c4,
        chunks,
        per_chunk: perChunk,
        position: outputs.map((output) => positions.get(output)!),
      },
      size: { groups: tileGroups(chunks) * outputs.length * c4, lanes: tileLanes },
      flops: 4 * outputs.length * extent(outputs[0]!),
      bytes: bytesOfAll(outputs),
    },
  ];
}

function statisticsFrom(
  { partials, chunks, perChunk }: Sums,
  measured: readonly Measured[],
  { pixels, c4, words }: Sizes,
): Dispatch[] {
  if (measured.length === 0) return [];
  return [
    {
      shader: statisticsShader,
      constants: { EPSILON: { f32: epsilon } },
      reads: { partials },
      writes: { statistics: measured.map(({ statistics }) => statistics) },
      words: { pixels, c4, channels: words['channels']!, chunks, per_chunk: perChunk },
      size: { threads: measured.length * c4 },
      flops: 24 * measured.length * chunks * c4,
      bytes: 64 * measured.length * chunks * c4,
    },
  ];
}

export function forward(
  { reads, writes, stride }: FanForward,
  context: DispatchContext,
): readonly Dispatch[] {
  const { x, branches } = reads;
  const maxHalves = Math.max(0, ...writes.branches.map(({ raw }) => raw.length));
  const stages: (readonly Dispatch[])[] = [];
  const shared: Workspace[] = [];
  const pools = writes.pools.flatMap(({ y, statistics }) => (statistics ? [{ output: y, statistics }] : []));
  for (let index = 0; index < Math.max(1, maxHalves); index++) {
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
    const betweens = reuse(shared, halves.length, sizes, context);
    const depth = depthwise(halves, sources, sizes, index === 0 ? stride : 1, betweens);
    const raws = outputs.map(({ raw }) => raw[index]!);
    const all = writes.branches.filter(({ raw }) => index < raw.length);
    const measured: Measured[] = all.map(({ raw, statistics }) => ({
      output: raw[index]!,
      statistics: statistics[index]!,
    }));
    if (index === 0) measured.unshift(...pools);
    const fused = context.schedule === 'workgroup';
    const sums = sumsOf(
      measured,
      sizes,
      fused ? groupChunks(sizes.pixels) : pixelChunks(sizes.pixels),
      context,
    );
    const others = measured.map(({ output }) => output).filter((output) => !raws.includes(output));
    const point = pointwise(halves, betweens, raws, sizes, fused ? sums : undefined);
    stages.push([...depth, ...(index === 0 ? poolAll(x, writes.pools, sizes, stride) : [])]);
    if (index === 0) stages.push(denseForward(reads, writes, stride));
    if (fused) stages.push([...point, ...sum(others, sizes, sums)]);
    else stages.push(point, sum([...others, ...raws], sizes, sums));
    stages.push(statisticsFrom(sums, measured, sizes));
  }
  return joinStages(context.schedule, stages);
}

export { backward } from './lower-backward.ts';

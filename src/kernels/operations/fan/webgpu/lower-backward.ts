// A fan on webgpu, backward: from the last halves to the first, then everything that reads the fan's input into one dx.
// The gradients of weights are summed in two stages, those of all branches of a stage together.
import type { Tensor } from '../../../tensor.ts';
import {
  bytesOf,
  type Dispatch,
  type DispatchContext,
  type Operand,
  type Workspace,
} from '../../../webgpu/dispatch.ts';
import laneSumsShader from '../../../webgpu/lane-sums.wgsl';
import { type Part, startsOf, sumParts } from '../../../webgpu/sum-parts.ts';
import { chunksOf, longestSum } from '../../../webgpu/sums.ts';
import { joinStages } from '../../../webgpu/join-dispatches.ts';
import { pixelChunks, tileGroups, tileLanes } from '../../../webgpu/tiles.ts';
import deferredShader from './deferred.wgsl';
import { type DeferredOperands, deferredOf, deferredOperands, deferredWords } from './deferred.ts';
import { denseBackward } from './dense.ts';
import depthInputShader from './depth-input.wgsl';
import depthWeightsShader from './depth-weights.wgsl';
import rawGradientsShader from './raw-gradients.wgsl';
import gradientSumsShader from './gradient-sums.wgsl';
import {
  bytesOfAll,
  depthFlops,
  type Half,
  halvesAt,
  pointFlops,
  poolWindow,
  reuse,
  rowTiles,
  type Sizes,
  sizesOf,
  windowWords,
} from './halves.ts';
import inputShader from './input.wgsl';
import laterInputShader from './later-input.wgsl';
import { depthwise, type Sources } from './depthwise.ts';
import type { FanBackward } from '../types.ts';
import pointInputShader from './point-input.wgsl';
import pointWeightsStoredShader from './point-weights-stored.wgsl';
import pointWeightsShader from './point-weights.wgsl';
import poolGradientsShader from './pool-gradients.wgsl';
import recomputedShader from './recomputed.wgsl';
import sourceShader from './source.wgsl';

export function backward(instruction: FanBackward, context: DispatchContext): readonly Dispatch[] {
  const { branches } = instruction.reads;
  const deferredGradients = branches.map(({ deferred }) => deferredOf(deferred));
  const last = Math.max(0, ...branches.map(({ raw }) => raw.length - 1));
  const stages: (readonly Dispatch[])[] = [];
  const sums: Dispatch[] = [];
  const shared: Shared = { betweens: [], dRaws: [], dbetweens: [] };
  for (let index = last; index >= 0; index--) {
    const level = new Level(instruction, index, deferredGradients, shared, context);
    stages.push(...level.stages(sums));
  }
  return joinStages(context.schedule, [...stages, sums]);
}

/**
 * Workspace that levels share: outputs of depthwise convolutions, gradients of raw outputs, gradients of the former.
 */
type Shared = Readonly<Record<'betweens' | 'dRaws' | 'dbetweens', Workspace[]>>;

/** Half number `index` of all branches. */
class Level {
  private readonly instruction: FanBackward;
  private readonly index: number;
  /** By branch: of its output at this level. */
  private readonly deferredGradients: DeferredOperands[];
  private readonly shared: Shared;
  private readonly context: DispatchContext;
  private readonly stride: 1 | 2;
  private readonly sizes: Sizes;
  private readonly halves: readonly Half[];
  private readonly sources: Sources;

  constructor(
    instruction: FanBackward,
    index: number,
    deferredGradients: DeferredOperands[],
    shared: Shared,
    context: DispatchContext,
  ) {
    this.instruction = instruction;
    this.index = index;
    this.deferredGradients = deferredGradients;
    this.shared = shared;
    this.context = context;
    const { x, branches } = instruction.reads;
    this.stride = index === 0 ? instruction.stride : 1;
    this.sizes = index === 0 ? sizesOf(x, instruction.stride) : sizesOf(branches[0]!.raw[0]!, 1);
    this.halves = halvesAt(branches, index);
    const of = this.halves.map(({ branch }) => branches[branch]!);
    this.sources =
      index === 0
        ? { sources: of.map(() => x), statistics: undefined }
        : {
            sources: of.map(({ raw }) => raw[index - 1]!),
            statistics: of.map(({ statistics }) => statistics[index - 1]!),
          };
  }

  /** Stages of independent dispatches; the second stages of weights' gradients are added to `sums`. */
  stages(sums: Dispatch[]): (readonly Dispatch[])[] {
    const { instruction, index, sizes, context, halves } = this;
    const { dx, dweights } = instruction.writes;
    const dbetweens = reuse(this.shared.dbetweens, halves.length, sizes, context);
    const stored = dweights !== undefined && context.schedule === 'tiles';
    const dRaws = reuse(this.shared.dRaws, stored ? halves.length : 0, sizes, context);
    const weights = this.weights(dRaws, dbetweens, dweights, sums);
    const opening = [...this.pointInput(dRaws, dbetweens), ...weights.opening];
    if (index > 0) {
      const later = this.laterInput(dbetweens);
      return [opening, [...later.gradients, ...weights.closing], ...later.sums];
    }
    const dense = this.dense();
    const pools = this.poolGradients();
    const closing = dx ? this.input(dx, dbetweens, dense.inputs, pools) : [];
    return [
      [...opening, ...dense.dRaws, ...(dx ? pools.dispatches : [])],
      ...dense.stages,
      [...closing, ...weights.closing],
    ];
  }

  /** Branches that are not separable convolutions: the gradients of their outputs, then those of inputs and weights. */
  private dense() {
    const { instruction, sizes, context } = this;
    const { branches } = instruction.reads;
    const dense = branches.flatMap(({ kind }, b) => (kind === 'separable' ? [] : [b]));
    const dRaws = dense.map(() => context.workspace(sizes.elements));
    if (dense.length === 0) return { dRaws: [], inputs: [], stages: [] };
    const of = dense.map((b) => branches[b]!);
    const deferredGradients = dense.map((b) => this.deferredGradients[b]!);
    const dispatch: Dispatch = {
      shader: `${deferredShader}\n${rawGradientsShader}`,
      constants: { LANES: tileLanes },
      reads: {
        raws: of.map(({ raw }) => raw[0]!),
        statistics: of.map(({ statistics }) => statistics[0]!),
        ...deferredOperands(deferredGradients),
      },
      writes: { dRaws },
      words: { ...sizes.words, ...deferredWords(deferredGradients), normalised: dense.map(() => 1) },
      size: { groups: tileGroups(sizes.pixels / 4) * dense.length * sizes.c4, lanes: tileLanes },
      flops: 5 * dense.length * sizes.elements,
      bytes: 12 * dense.length * sizes.elements,
    };
    return {
      dRaws: [dispatch],
      ...denseBackward(instruction, (branch) => dRaws[dense.indexOf(branch)]!, context),
    };
  }

  /** Also stores the gradients of outputs, unless `dRaws` is empty. */
  private pointInput(dRaws: readonly Workspace[], dbetweens: readonly Workspace[]): Dispatch[] {
    const { halves, sizes } = this;
    if (halves.length === 0) return [];
    const of = this.outputs();
    return [
      {
        shader: `${deferredShader}\n${pointInputShader}`,
        constants: { LANES: tileLanes, WEIGHTS: dRaws.length > 0 },
        reads: { points: halves.map(({ point }) => point), ...of.reads },
        writes: { dbetweens, dRaws },
        words: { ...sizes.words, ...of.words },
        size: {
          groups: tileGroups(Math.ceil(sizes.pixels / 8)) * halves.length * Math.ceil(sizes.c4 / 2),
          lanes: tileLanes,
        },
        flops: pointFlops(halves, sizes),
        bytes: (12 * halves.length + 4 * dRaws.length) * sizes.elements,
      },
    ];
  }

  /** opening: what depends on no gradient; closing: the partial gradients. */
  private weights(
    dRaws: readonly Workspace[],
    dbetweens: readonly Workspace[],
    dweights: readonly (readonly Tensor[])[] | undefined,
    sums: Dispatch[],
  ): { opening: readonly Dispatch[]; closing: readonly Dispatch[] } {
    const { halves, sizes, context, index } = this;
    if (halves.length === 0 || dweights === undefined) return { opening: [], closing: [] };
    const { c4, pixels } = sizes;
    const parts = halves.flatMap(({ branch, kernel }): Part[] => [
      { result: dweights[branch]![2 * index]!, width: kernel * kernel * c4 },
      { result: dweights[branch]![2 * index + 1]!, width: sizes.words['channels']! * c4 },
    ]);
    const starts = startsOf(parts);
    const { chunks, perChunk } = chunksOf(pixels);
    const partials = context.workspace(4 * chunks * starts.at(-1)!);
    sums.push(sumParts(partials, chunks, parts));
    const words = {
      ...sizes.words,
      chunks,
      per_chunk: perChunk,
      partial_width: starts.at(-1)!,
      point_start: halves.map((_, k) => starts[2 * k + 1]!),
    };
    const depthWeights = this.depthWeights(dbetweens, partials, chunks, starts);
    if (context.schedule === 'tiles') {
      const betweens = reuse(this.shared.betweens, halves.length, sizes, context);
      const pointWeights: Dispatch = {
        shader: pointWeightsStoredShader,
        constants: { LONGEST: longestSum },
        reads: { betweens, dRaws },
        writes: { partials },
        words,
        size: { threads: Math.ceil(c4 / 2) * c4 * chunks * halves.length },
        flops: pointFlops(halves, sizes),
        bytes: 8 * halves.length * sizes.elements,
      };
      return {
        opening: depthwise(halves, this.sources, sizes, this.stride, betweens),
        closing: [pointWeights, depthWeights],
      };
    }
    const of = this.outputs();
    const lanes = tileLanes;
    const pointWeights: Dispatch = {
      shader: [deferredShader, recomputedShader, pointWeightsShader].join('\n'),
      constants: { LANES: lanes, LONGEST: longestSum, STRIDE: this.stride, LATER: index > 0 },
      reads: {
        points: halves.map(({ point }) => point),
        sources: this.sources.sources,
        source_statistics: this.sources.statistics ?? [],
        depths: halves.map(({ depth }) => depth),
        ...of.reads,
      },
      writes: { partials },
      words: { ...words, ...windowWords(halves, this.stride), ...of.words },
      size: {
        groups: Math.ceil(c4 / 4) * halves.length * Math.ceil(sizes.words['channels']! / lanes) * chunks,
        lanes,
      },
      flops: pointFlops(halves, sizes) + depthFlops(halves, sizes),
      bytes: bytesOfAll(this.sources.sources) + 8 * halves.length * sizes.elements,
    };
    return { opening: [], closing: [pointWeights, depthWeights] };
  }

  /** The outputs of the halves and their deferred gradients, for deferred.wgsl. */
  private outputs() {
    const { halves, index } = this;
    const of = halves.map(({ branch }) => this.instruction.reads.branches[branch]!);
    const deferredGradients = halves.map(({ branch }) => this.deferredGradients[branch]!);
    return {
      reads: {
        raws: of.map(({ raw }) => raw[index]!),
        statistics: of.map(({ statistics }) => statistics[index]!),
        ...deferredOperands(deferredGradients),
      },
      words: { ...deferredWords(deferredGradients), normalised: halves.map(() => 1) },
    };
  }

  /** starts: of the parts of a partial result, two for each half. */
  private depthWeights(
    dbetweens: readonly Workspace[],
    partials: Workspace,
    chunks: number,
    starts: readonly number[],
  ): Dispatch {
    const { halves, sizes } = this;
    const { images, out_height, out_width } = sizes.words as Record<string, number>;
    const { sources, statistics } = this.sources;
    // A lane keeps 5 taps of a row: larger kernels take several.
    const units = halves.flatMap(({ kernel }, k) =>
      Array.from({ length: Math.ceil(kernel / 5) }, (_, block) => ({ k, lastTap: kernel - 1 - 5 * block })),
    );
    const of = units.map(({ k }) => halves[k]!);
    const lines = images! * out_height!;
    return {
      shader: `${sourceShader}\n${depthWeightsShader}`,
      constants: { LANES: tileLanes, STRIDE: this.stride, LATER: statistics !== undefined },
      reads: {
        sources: units.map(({ k }) => sources[k]!),
        source_statistics: statistics ? units.map(({ k }) => statistics[k]!) : [],
        dbetweens: units.map(({ k }) => dbetweens[k]!),
      },
      writes: { partials },
      words: {
        ...sizes.words,
        ...windowWords(of, this.stride),
        chunks,
        per_chunk: Math.ceil(lines / chunks),
        per_part: Math.max(1, Math.floor(longestSum / out_width!)),
        last_tap: units.map(({ lastTap }) => lastTap),
        depth_start: units.map(({ k }) => starts[2 * k]!),
        partial_width: starts.at(-1)!,
      },
      size: {
        groups: tileGroups(chunks * Math.max(...of.map(({ kernel }) => kernel))) * units.length * sizes.c4,
        lanes: tileLanes,
      },
      flops: depthFlops(halves, sizes),
      bytes: bytesOfAll(sources) + 4 * halves.length * sizes.elements,
    };
  }

  /** The gradients of the outputs of the halves before, and their sums for the backward of batch norm. */
  private laterInput(dbetweens: readonly Workspace[]) {
    const { halves, sizes, context } = this;
    const { sources, statistics } = this.sources;
    const { c4, pixels } = sizes;
    const dinputs = halves.map(() => context.workspace(sizes.elements));
    const tiles = rowTiles(sizes, [1]);
    const fused = context.schedule === 'workgroup';
    const unfused = pixelChunks(pixels);
    const chunks = fused ? tileGroups(tiles) : unfused.chunks;
    const partials = context.workspace(8 * chunks * halves.length * c4);
    const parts: Part[] = [];
    for (const [k, { branch }] of halves.entries()) {
      const [sumDy, sumDyXhat] = [context.workspace(4 * c4), context.workspace(4 * c4)];
      this.deferredGradients[branch] = { dy: dinputs[k]!, place: 0, sumDy, sumDyXhat };
      parts.push({ result: sumDy, width: c4 }, { result: sumDyXhat, width: c4 });
    }
    const reads = { sources, source_statistics: statistics! };
    const gradients: Dispatch[] = [
      {
        shader: [laneSumsShader, sourceShader, depthInputShader, laterInputShader].join('\n'),
        constants: { LANES: tileLanes, STRIDE: 1, LATER: true, SUMS: fused },
        reads: { ...reads, dbetweens, depths: halves.map(({ depth }) => depth) },
        writes: { dinputs, partials: fused ? partials : undefined },
        words: {
          ...sizes.words,
          kernel: halves.map(({ kernel }) => kernel),
          dilation: halves.map(({ dilation }) => dilation),
        },
        size: { groups: tileGroups(tiles) * halves.length * c4, lanes: tileLanes },
        flops: depthFlops(halves, sizes),
        bytes: 12 * halves.length * sizes.elements,
      },
    ];
    const partial: Dispatch = {
      shader: `${sourceShader}\n${gradientSumsShader}`,
      constants: { LANES: tileLanes, LATER: true },
      reads: { ...reads, dinputs },
      writes: { partials },
      words: { pixels, c4, chunks, per_chunk: unfused.perChunk },
      size: { groups: tileGroups(chunks) * halves.length * c4, lanes: tileLanes },
      flops: 4 * halves.length * sizes.elements,
      bytes: 8 * halves.length * sizes.elements,
    };
    return { gradients, sums: [fused ? [] : [partial], [sumParts(partials, chunks, parts)]] };
  }

  private input(
    dx: Tensor,
    dbetweens: readonly Workspace[],
    dense: readonly Operand[],
    pools: ReturnType<Level['poolGradients']>,
  ): Dispatch[] {
    const { halves, sizes, stride } = this;
    const { x, identities } = this.instruction.reads;
    const from = identities.map(deferredOf);
    const { images, height, width } = sizes.words as Record<'images' | 'height' | 'width', number>;
    const elements = images * height * width * x.pitch;
    return [
      {
        shader: `${depthInputShader}\n${inputShader}`,
        constants: { LANES: tileLanes, STRIDE: stride, ACCUMULATE: this.instruction.accumulate },
        reads: {
          x,
          dbetweens,
          dense,
          depths: halves.map(({ depth }) => depth),
          dpools: pools.dpools,
          winners: pools.winners,
          identities: from.map(({ dy }) => dy),
          identity_mixes: from.map(({ mix, dy }) => mix ?? dy),
        },
        writes: { dx },
        words: {
          ...sizes.words,
          kernel: halves.map(({ kernel }) => kernel),
          dilation: halves.map(({ dilation }) => dilation),
          maximum: pools.maximum,
          identity_weighted: from.map(({ mix }) => Number(mix !== undefined)),
          identity_place: from.map(({ place }) => place),
        },
        size: {
          groups: tileGroups(images * height * Math.ceil(width / 4)) * sizes.c4,
          lanes: tileLanes,
        },
        flops: depthFlops(halves, sizes) + (from.length + 9 * pools.dpools.length + dense.length) * elements,
        bytes:
          4 * (halves.length + pools.dpools.length) * sizes.elements +
          4 * (from.length + dense.length) * elements +
          bytesOf(x, dx, this.instruction.accumulate ? dx : undefined),
      },
    ];
  }

  private poolGradients() {
    const { sizes, stride, context } = this;
    const { x } = this.instruction.reads;
    const pools = this.instruction.reads.pools.filter(
      ({ deferredGradients }) => deferredGradients.length > 0,
    );
    const maximum = pools.map(({ mode }) => Number(mode === 'max'));
    const dpools = pools.map(() => context.workspace(sizes.elements));
    const largest = maximum.includes(1);
    const winners = largest ? context.workspace(sizes.elements) : undefined;
    const dispatches: Dispatch[] = [];
    if (pools.length > 0) {
      const deferredGradients = pools.flatMap((pool) => pool.deferredGradients.map(deferredOf));
      const first = [0];
      for (const pool of pools) first.push(first.at(-1)! + pool.deferredGradients.length);
      dispatches.push({
        shader: `${deferredShader}\n${poolGradientsShader}`,
        constants: { LANES: tileLanes, STRIDE: stride, MAX: largest },
        reads: {
          x,
          raws: pools.map(({ y }) => y),
          statistics: pools.map(({ statistics, y }) => statistics ?? y),
          ...deferredOperands(deferredGradients),
        },
        writes: { dpools, winners },
        words: {
          ...sizes.words,
          ...deferredWords(deferredGradients),
          normalised: pools.map(({ statistics }) => Number(statistics !== undefined)),
          window: poolWindow,
          maximum,
          first,
        },
        size: { groups: tileGroups(Math.ceil(sizes.pixels / 4)) * sizes.c4, lanes: tileLanes },
        flops: (5 * deferredGradients.length + 9) * sizes.elements,
        bytes: 4 * (deferredGradients.length + 2 * pools.length + 1) * sizes.elements + bytesOf(x),
      });
    }
    return { dpools, winners, maximum, dispatches };
  }
}

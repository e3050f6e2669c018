// Stages of a fan's backward: see lower.ts.
import { imageShape } from '../../../tensor.ts';
import type { StageContext, Stage } from '../../../wasm/stage.ts';
import { halvesOf } from '../definition.ts';
import { convolutionFlops } from './flops.ts';
import { type ImageLayout, type WindowShape, layOutImages } from '../../../wasm/image-layout.ts';
import type { FanBackward } from '../types.ts';
import {
  type DeferredWords,
  deferredOf,
  matricesStage,
  matrixWords,
  windowsOf,
  recordsOf,
  type Unit,
  type WeightSum,
  weightSumsStage,
} from './records.ts';

/** Elements in a chunk of `fanSumParts`. */
const sumElements = 4096;

export function backward(instruction: FanBackward, context: StageContext): Stage[] {
  const { branches, x } = instruction.reads;
  const lowering = new BackwardLowering(instruction, context);
  const maxHalves = Math.max(1, ...branches.map(halvesOf));
  const stages: Stage[] = [];
  for (let half = maxHalves - 1; half > 0; half--) stages.push(...lowering.laterHalves(half));
  stages.push(...lowering.input(context.address(x)));
  return [...matricesStage(lowering.matrices), ...stages];
}

class BackwardLowering {
  readonly matrices: number[][] = [];
  private readonly instruction: FanBackward;
  private readonly context: StageContext;
  private readonly shape: WindowShape;
  private readonly pitch: number;
  /** Bytes of an output. */
  private readonly outputBytes: number;
  private readonly later: WindowShape;
  /** By branch: the deferred gradient of the half that is lowered next. */
  private readonly deferredGradients: DeferredWords[];

  constructor(instruction: FanBackward, context: StageContext) {
    const { x, branches } = instruction.reads;
    const { n, h, w, c } = imageShape(x);
    const { stride } = instruction;
    this.instruction = instruction;
    this.context = context;
    this.shape = { n, h, w, c, stride };
    this.later = { n, h: Math.ceil(h / stride), w: Math.ceil(w / stride), c, stride: 1 };
    this.pitch = x.pitch;
    this.outputBytes = 4 * n * this.later.h * this.later.w * x.pitch;
    this.deferredGradients = branches.map(({ deferred }) => deferredOf(deferred, context));
  }

  /** The stage of all halves `half` (not the first ones), and those that combine its sums. */
  laterHalves(half: number): Stage[] {
    const { instruction, context, pitch } = this;
    const active = instruction.reads.branches.flatMap((branch, b) => (half < halvesOf(branch) ? [b] : []));
    const layout = layOutImages(
      this.later,
      windowsOf(instruction.reads.branches, true),
      active.length,
      'later',
    );
    context.scratch(layout.scratch);
    const weights: WeightSum[] = [];
    const gradientSums: number[] = [];
    const units = active.map((b): Unit => {
      const branch = instruction.reads.branches[b]!;
      const dinput = context.workspace(this.outputBytes);
      const sums = context.workspace(layout.chunks * pitch * 16);
      const [sumDy, sumDyXhat] = [context.workspace(pitch * 4), context.workspace(pitch * 4)];
      gradientSums.push(sums, sumDy, sumDyXhat);
      const unit = {
        ...this.convolution(b, half, layout, weights),
        input: context.address(branch.raw[half - 1]!),
        inputStatistics: context.address(branch.statistics[half - 1]!),
        dinput,
        sums,
      };
      this.deferredGradients[b] = [dinput, 0, sumDy, sumDyXhat];
      return unit;
    });
    const args = [...layout.words, 0, units.length];
    return [
      {
        kernel: 'fanBackwardLater',
        args: [...args, ...recordsOf(units, args.length)],
        chunks: layout.chunks * layout.parts,
        flops: this.flops(units, this.later),
        bytes: 4 * units.length * this.outputBytes,
      },
      { kernel: 'normGradientSums', args: [layout.chunks, pitch, ...gradientSums], chunks: units.length },
      ...weightSumsStage(weights, layout.chunks),
    ];
  }

  /** First halves, pools and identities, which all read x. */
  input(x: number): Stage[] {
    const { instruction, context, pitch, shape } = this;
    const { branches, pools, identities } = instruction.reads;
    const used = pools.filter((pool) => pool.deferredGradients.length > 0);
    const count = branches.length + used.length + (identities.length > 0 ? 1 : 0);
    const layout = layOutImages(shape, windowsOf(branches, false), count, 'input');
    context.scratch(layout.scratch);
    const weights: WeightSum[] = [];
    const splits: number[][] = [];
    const units = branches.map((_, b): Unit => this.convolution(b, 0, layout, weights, splits));
    for (const { mode, y, statistics, deferredGradients } of used) {
      units.push({
        kind: mode,
        raw: context.address(y),
        statistics: statistics ? context.address(statistics) : 0,
        deferredGradients: deferredGradients.map((deferred) => deferredOf(deferred, context)),
      });
    }
    if (identities.length > 0) {
      const deferredGradients = identities.map((deferred) => deferredOf(deferred, context));
      units.push({ kind: 'identity', deferredGradients });
    }
    const { dx } = instruction.writes;
    const elements = shape.n * shape.h * shape.w * pitch;
    const partials = dx && layout.parts > 1 ? context.workspace(4 * elements * layout.parts) : 0;
    const target = dx ? context.address(dx) : 0;
    const accumulate = Number(instruction.accumulate);
    const args = [...layout.words, x, units.length, target, accumulate, partials];
    const stages: Stage[] = [
      {
        kernel: 'fanBackward',
        args: [...args, ...recordsOf(units, args.length)],
        chunks: layout.chunks * layout.parts,
        flops: this.flops(units, shape),
        bytes: 2 * units.length * this.outputBytes + 8 * elements,
      },
    ];
    if (partials !== 0) {
      stages.push({
        kernel: 'fanSumParts',
        args: [partials, layout.parts, elements, target, accumulate],
        chunks: Math.ceil(elements / sumElements),
        flops: elements * layout.parts,
        bytes: 4 * elements * (layout.parts + 1),
      });
    }
    return [...stages, ...weightSumsStage(weights, layout.chunks), ...matricesStage(splits)];
  }

  /** A branch's half: its transposed matrices, and partial gradients where weights' gradients are wanted. */
  private convolution(
    b: number,
    half: number,
    layout: ImageLayout,
    weights: WeightSum[],
    splits: number[][] = [],
  ): Unit {
    const { instruction, context, pitch } = this;
    const { c } = this.shape;
    const branch = instruction.reads.branches[b]!;
    const [first, second] = branch.weights.slice(2 * half).map((weight) => context.address(weight));
    const gradients = instruction.writes.dweights?.[b]!.slice(2 * half).map((weight) =>
      context.address(weight),
    );
    const common = {
      raw: context.address(branch.raw[half]!),
      statistics: context.address(branch.statistics[half]!),
      deferredGradients: [this.deferredGradients[b]!],
    };
    const square = pitch * pitch * 4;
    /** Room for partial sums; rows beyond the matrix's own take zeros. */
    const partialsOf = (elements: number, stride: number, target: number): number => {
      const partials = context.workspace(layout.chunks * stride);
      weights.push({ partials, stride, elements, target });
      return partials;
    };
    if (branch.kind === 'separable') {
      const window = branch.halves[half]!;
      const matrix = context.workspace(square);
      this.matrices.push(matrixWords(0, [second!, matrix], [c, c], 1));
      const unit = { kind: branch.kind, ...common, ...window, depth: first!, matrix };
      if (!gradients) return unit;
      const taps = window.kernel ** 2 * pitch;
      const depthPartials = partialsOf(taps, taps * 4, gradients[0]!);
      const matrixPartials = partialsOf(c * pitch, square, gradients[1]!);
      return { ...unit, depthPartials, matrixPartials, matrixStride: square };
    }
    if (branch.kind === 'dense') {
      const taps = branch.kernel ** 2;
      const matrix = context.workspace(taps * square);
      this.matrices.push(matrixWords(0, [first!, matrix], [c, c], taps));
      const unit = { kind: branch.kind, ...common, kernel: branch.kernel, matrix };
      if (!gradients) return unit;
      const matrixStride = 4 * pitch * (taps * c + pitch - c);
      const matrixPartials = partialsOf(taps * c * pitch, matrixStride, gradients[0]!);
      return { ...unit, matrixPartials, matrixStride };
    }
    const matrix = context.workspace(2 * square);
    const columns = branch.weights[0]!.shape[1]!;
    this.matrices.push(matrixWords(2, [first!, matrix], [c, c], second!, columns));
    const unit = { kind: branch.kind, ...common, matrix };
    if (!gradients) return unit;
    const joined = context.workspace(2 * square);
    const matrixPartials = partialsOf(2 * pitch * pitch, 2 * square, joined);
    splits.push(matrixWords(3, [joined, gradients[0]!], [c, c], gradients[1]!, columns));
    return { ...unit, matrixPartials, matrixStride: 2 * square };
  }

  /** The input's gradient costs what the forward does; the weights' gradient costs 1.5 times that, with what is recomputed. */
  private flops(units: readonly Unit[], shape: WindowShape): number {
    const forward = units.reduce((sum, unit) => sum + convolutionFlops(unit, shape), 0);
    return forward * (this.instruction.writes.dweights ? 2.5 : 1);
  }
}

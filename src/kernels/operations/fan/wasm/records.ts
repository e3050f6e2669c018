// The records of a fan's units as its kernels read them (unit.as.ts has the same order), and the stages beside
// its kernels: matrices, statistics, sums of partial gradients.
import type { DeferredGradient } from '../../../deferred-gradient.ts';
import { addressOf, type StageContext, type Stage } from '../../../wasm/stage.ts';
import { pitchOf } from '../../../tensor.ts';
import type { Windows } from '../../../wasm/image-layout.ts';
import type { FanBranch } from '../types.ts';

const unitKinds = { max: 0, average: 1, separable: 2, dense: 3, reduce: 4, identity: 5 } as const;

/** Addresses are 0 where there is nothing. */
export interface Unit {
  readonly kind: keyof typeof unitKinds;
  readonly kernel?: number;
  readonly dilation?: number;
  readonly depth?: number;
  readonly matrix?: number;
  readonly input?: number;
  readonly inputStatistics?: number;
  readonly raw?: number;
  readonly statistics?: number;
  readonly sums?: number;
  readonly depthPartials?: number;
  readonly matrixPartials?: number;
  readonly matrixStride?: number;
  readonly dinput?: number;
  readonly deferredGradients?: readonly DeferredWords[];
}

/** dy, mix, sumDy, sumDyXhat. */
export type DeferredWords = readonly [number, number, number, number];

const unitWords = 16;

/** The words of `units`, from word `first` of the arguments; their deferred gradients follow. */
export function recordsOf(units: readonly Unit[], first: number): number[] {
  const words: number[] = [];
  const deferredGradients: number[] = [];
  for (const unit of units) {
    const place = first + units.length * unitWords + deferredGradients.length;
    words.push(unitKinds[unit.kind], unit.kernel ?? 0, unit.dilation ?? 1, unit.depth ?? 0, unit.matrix ?? 0);
    words.push(unit.input ?? 0, unit.inputStatistics ?? 0, unit.raw ?? 0, unit.statistics ?? 0);
    words.push(unit.sums ?? 0, unit.depthPartials ?? 0, unit.matrixPartials ?? 0, unit.matrixStride ?? 0);
    words.push(unit.dinput ?? 0, unit.deferredGradients?.length ?? 0, place);
    deferredGradients.push(...(unit.deferredGradients ?? []).flat());
  }
  return [...words, ...deferredGradients];
}

export function deferredOf(deferred: DeferredGradient, context: StageContext): DeferredWords {
  const { dy, mix, row, column, sumDy, sumDyXhat } = deferred;
  const coefficient = mix ? context.address(mix) + 4 * (row * mix.pitch + column) : 0;
  return [context.address(dy), coefficient, addressOf(sumDy, context), addressOf(sumDyXhat, context)];
}

/** Windows of the depthwise convolutions of first, or of later, halves. */
export function windowsOf(branches: readonly FanBranch[], later: boolean): Windows {
  const halves = branches.flatMap((branch) =>
    branch.kind === 'separable' ? branch.halves.slice(later ? 1 : 0, later ? undefined : 1) : [],
  );
  const paddings = halves.map(({ kernel, dilation }) => (dilation * (kernel - 1)) / 2);
  return { padding: Math.max(0, ...paddings), dilations: halves.map(({ dilation }) => dilation) };
}

/** Words of `fanMatrices` for one matrix; `kind` as matrices.as.ts has them. */
export function matrixWords(
  kind: 0 | 1 | 2 | 3,
  [from, to]: readonly [number, number],
  [inputs, outputs]: readonly [number, number],
  extra: number,
  half = 0,
): number[] {
  return [kind, from, to, inputs, pitchOf([inputs]), outputs, pitchOf([outputs]), extra, half];
}

export function matricesStage(matrices: readonly (readonly number[])[]): Stage[] {
  if (matrices.length === 0) return [];
  return [{ kernel: 'fanMatrices', args: matrices.flat(), chunks: matrices.length }];
}

/** [sums, statistics] of several outputs with as many chunks each. */
export function statisticsStage(
  outputs: readonly (readonly [number, number])[],
  { chunks, pitch, channels, pixels }: { chunks: number; pitch: number; channels: number; pixels: number },
): Stage[] {
  if (outputs.length === 0) return [];
  const args = [chunks, pitch, channels, pixels, ...outputs.flat()];
  return [{ kernel: 'normStatistics', args, chunks: outputs.length }];
}

/** Partial gradients of `chunks` chunks, `stride` bytes apart. */
export interface WeightSum {
  readonly partials: number;
  readonly stride: number;
  readonly elements: number;
  readonly target: number;
}

export function weightSumsStage(sums: readonly WeightSum[], chunks: number): Stage[] {
  if (sums.length === 0) return [];
  const words = sums.flatMap(({ partials, stride, elements, target }) => [
    partials,
    stride,
    elements,
    target,
  ]);
  const elements = sums.reduce((sum, one) => sum + one.elements, 0);
  const bytes = 4 * elements * (chunks + 1);
  return [
    {
      kernel: 'sumWeightPartials',
      args: [chunks, ...words],
      chunks: sums.length,
      flops: elements * chunks,
      bytes,
    },
  ];
}

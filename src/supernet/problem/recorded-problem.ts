// What problems of a bilevel step that record a plan share: vectors, scalars, optimizers. It has the shape of
// `BilevelProblem`, which is in a higher layer, apart from the losses.

import type { PlanBuilder } from '../../kernels/graph.ts';
import type { CrossEntropyOutput } from '../../kernels/operations/cross-entropy/definition.ts';
import type { Tensor, Vector } from '../../kernels/tensor.ts';
import { type AdamSettings, AlphaUpdate } from './alpha-update.ts';
import { alphaArena, declareAlphas } from '../mixes.ts';
import { Parameters, weightArena } from '../parameters.ts';
import { recordSgd, type SgdSettings } from './sgd.ts';
import type { Space } from '../space.ts';
import { updates } from '../../kernels/updates/types.ts';

export interface OptimizerSettings {
  readonly sgd: SgdSettings;
  readonly adam: AdamSettings;
}

export abstract class RecordedProblem {
  readonly weights: Vector;
  readonly alphas: Vector;
  readonly weightState: readonly Vector[];
  readonly weightRate: Tensor;
  readonly alphaUpdate: AlphaUpdate;
  /** Alpha by cell kind, [E, O]; with edge normalisation one more, [E, 1]. */
  readonly alphaTensors: Readonly<Record<string, Tensor>>;
  readonly parameters: Parameters;
  /** Norm of the weights' gradient before clipping. */
  readonly gradientNorm: Tensor;
  protected readonly builder: PlanBuilder;
  private readonly settings: OptimizerSettings;

  constructor(builder: PlanBuilder, space: Space, settings: OptimizerSettings) {
    this.builder = builder;
    this.settings = settings;
    this.weights = builder.vector(weightArena);
    this.alphas = builder.vector(alphaArena);
    this.weightState = [this.weights, builder.vector('velocity', weightArena)];
    this.weightRate = this.scalar('weightRate');
    this.gradientNorm = this.scalar('gradientNorm');
    this.alphaUpdate = new AlphaUpdate(builder, settings.adam);
    this.parameters = new Parameters(builder);
    this.alphaTensors = declareAlphas(builder, space);
  }

  abstract gradient(
    split: 'train' | 'valid',
    into: { readonly weights?: Vector; readonly alphas?: Vector },
  ): CrossEntropyOutput;

  /** What a weight step changes, where that is not all weights. */
  protected trained(): readonly NonNullable<Vector['part']>[] | undefined {
    return undefined;
  }

  /** The arenas that receive the gradients of weights and alphas. */
  protected arenasOf(into: {
    readonly weights?: Vector;
    readonly alphas?: Vector;
  }): Readonly<Record<string, string>> {
    return {
      ...(into.weights && { [weightArena]: into.weights.arena }),
      ...(into.alphas && { [alphaArena]: into.alphas.arena }),
    };
  }

  vector(name: string, like: 'weights' | 'alphas'): Vector {
    return this.builder.vector(name, like);
  }

  scalar(name: string): Tensor {
    return this.builder.persistent('scalars', name, [1]);
  }

  weightStep(gradient: Vector, { clipped }: { readonly clipped: boolean }): void {
    const [weights, velocity] = this.weightState as readonly [Vector, Vector];
    const parts = this.trained();
    const operands = { weights, velocity, gradient, rate: this.weightRate, ...(parts && { parts }) };
    const { sgd } = this.settings;
    recordSgd(this.builder, clipped ? { ...operands, norm: this.gradientNorm } : operands, sgd);
  }

  alphaStep(gradient: Vector): void {
    this.alphaUpdate.record(gradient);
  }

  copy(to: Vector, from: Vector): void {
    this.builder.emit(updates.copy({ reads: { from }, writes: { to } }));
  }

  axpy(out: Vector, base: Vector, factor: number, x: Vector, scale?: Tensor): void {
    const reads = { base, x, ...(scale && { scale }) };
    this.builder.emit(updates.axpy({ reads, writes: { out }, factor }));
  }

  norm(out: Tensor, x: Vector): void {
    this.builder.emit(updates.norm({ reads: { x }, writes: { out } }));
  }

  quotient(out: Tensor, factor: number, numerator: Tensor | undefined, denominator: Tensor): void {
    const reads = { denominator, ...(numerator && { numerator }) };
    this.builder.emit(updates.quotient({ reads, writes: { out }, factor }));
  }
}

// A step of SGD on all weights, recorded into the program being built.

import type { PlanBuilder } from '../kernels/graph.ts';
import type { Tensor, Vector } from '../kernels/tensor.ts';

export interface SgdSettings {
  readonly momentum: number;
  readonly weightDecay: number;
  /** Largest norm of the gradient. */
  readonly clip: number;
}

export interface SgdOperands {
  readonly weights: Vector;
  readonly velocity: Vector;
  readonly gradient: Vector;
  /** [1] */
  readonly rate: Tensor;
  /** [1]: takes the gradient's norm, by which it is clipped; absent: no clipping. */
  readonly norm?: Tensor;
}

export function recordSgd(
  builder: PlanBuilder,
  { weights, velocity, gradient, rate, norm }: SgdOperands,
  { momentum, weightDecay, clip }: SgdSettings,
): void {
  if (norm !== undefined)
    builder.emit({ op: 'norm', pass: 'update', reads: { x: gradient }, writes: { out: norm } });
  builder.emit({
    op: 'sgd',
    pass: 'update',
    reads: { gradient, rate, ...(norm && { norm }) },
    writes: { weights, velocity },
    momentum,
    weightDecay,
    ...(norm && { clip }),
  });
}

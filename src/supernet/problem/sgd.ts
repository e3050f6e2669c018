// A step of SGD on all weights, or on parts of them, recorded into the program being built.

import type { PlanBuilder } from '../../kernels/graph.ts';
import type { Tensor, Vector } from '../../kernels/tensor.ts';
import { updates } from '../../kernels/updates/types.ts';

export interface SgdSettings {
  readonly momentum: number;
  readonly weightDecay: number;
  /** Maximum norm of the gradient. */
  readonly clip: number;
}

interface SgdOperands {
  readonly weights: Vector;
  readonly velocity: Vector;
  readonly gradient: Vector;
  /** [1] */
  readonly rate: Tensor;
  /** [1]: receives the gradient's norm, by which it is clipped; absent: no clipping. */
  readonly norm?: Tensor;
  /** The parts that are updated; the rest has no momentum or decay either. Absent: everything. */
  readonly parts?: readonly NonNullable<Vector['part']>[];
}

export function recordSgd(
  builder: PlanBuilder,
  { weights, velocity, gradient, rate, norm, parts }: SgdOperands,
  { momentum, weightDecay, clip }: SgdSettings,
): void {
  if (norm !== undefined) builder.emit(updates.norm({ reads: { x: gradient }, writes: { out: norm } }));
  for (const part of parts?.map((one) => ({ part: one })) ?? [{}]) {
    builder.emit(
      updates.sgd({
        reads: { gradient: { ...gradient, ...part }, rate, ...(norm && { norm }) },
        writes: { weights: { ...weights, ...part }, velocity: { ...velocity, ...part } },
        momentum,
        weightDecay,
        ...(norm && { clip }),
      }),
    );
  }
}

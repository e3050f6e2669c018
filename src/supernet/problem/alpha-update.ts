// Alpha's update: Adam with coupled weight decay (Kingma and Ba 2015, algorithm 1; PyTorch's form). All of it is here:
// the step count, the bias corrections, the scalars that the host writes before a step, and the recorded instruction.
//
//   g = grad + decay * alpha
//   m = b1 * m + (1 - b1) * g,   v = b2 * v + (1 - b2) * g^2
//   alpha = alpha - rate * (m / c1) / (sqrt(v / c2) + eps),   c1 = 1 - b1^t,   c2 = 1 - b2^t
//
// t counts the steps in which the alphas learn: in warm-up epochs there are none.

import type { Executor } from '../../kernels/executor.ts';
import type { PlanBuilder } from '../../kernels/graph.ts';
import type { Tensor, Vector } from '../../kernels/tensor.ts';
import { updates } from '../../kernels/updates/types.ts';
import { alphaArena } from '../mixes.ts';

export interface AdamSettings {
  readonly betas: readonly [number, number];
  readonly epsilon: number;
  readonly weightDecay: number;
}

/** t of a step, from 1; 0 or less in the epochs before the alphas learn. */
export function alphaStepCount(
  epoch: number,
  step: number,
  stepsPerEpoch: number,
  warmupEpochs: number,
): number {
  return (epoch - warmupEpochs) * stepsPerEpoch + step + 1;
}

/** [1 - b1^t, 1 - b2^t]: t from 1. */
export function adamCorrections(betas: readonly [number, number], t: number): [number, number] {
  return [1 - betas[0] ** t, 1 - betas[1] ** t];
}

export class AlphaUpdate {
  private readonly builder: PlanBuilder;
  private readonly settings: AdamSettings;
  /** [1]: learning rate. */
  private readonly rate: Tensor;
  /** [2]: c1 and c2. */
  private readonly corrections: Tensor;

  constructor(builder: PlanBuilder, settings: AdamSettings) {
    this.builder = builder;
    this.settings = settings;
    this.rate = builder.persistent('scalars', 'alphaRate', [1]);
    this.corrections = builder.persistent('scalars', 'corrections', [2]);
  }

  /** Records the update by a gradient; `adamFirst` and `adamSecond` hold m and v. */
  record(gradient: Vector): void {
    const { builder, rate, corrections, settings } = this;
    builder.emit(
      updates.adam({
        reads: { gradient, rate, corrections },
        writes: {
          weights: builder.vector(alphaArena),
          first: builder.vector('adamFirst', alphaArena),
          second: builder.vector('adamSecond', alphaArena),
        },
        ...settings,
      }),
    );
  }

  /** Writes what the t-th update reads; before the first (t < 1) nothing reads it. */
  write(executor: Executor, rate: number, t: number): void {
    executor.write(this.rate, [rate]);
    executor.write(this.corrections, adamCorrections(this.settings.betas, Math.max(1, t)));
  }
}

// The programs of a search's steps: a whole one (alphas, then weights), and one of the weights alone where a search starts
// with warm-up epochs. Both leave their results in a ring.

import { firstOrder } from '../bilevel/first-order.ts';
import { bilevelStep, type StepResult, warmUpStep } from '../bilevel/step.ts';
import { unrolled } from '../bilevel/unrolled.ts';
import { ringRows } from '../engine/session.ts';
import type { PlanBuilder } from '../kernels/graph.ts';
import type { Plan } from '../kernels/plan.ts';
import type { Tensor, Vector } from '../kernels/tensor.ts';
import { updates } from '../kernels/updates/types.ts';
import type { RecordedProblem } from '../supernet/problem/recorded-problem.ts';

/** Arenas that a checkpoint keeps: all that a step leaves behind. */
export const stateArenas = ['weights', 'velocity', 'alphas', 'adamFirst', 'adamSecond'] as const;

export interface RecordedSteps {
  /** Its program `step` is a whole step, `warmUp` one of the weights alone. */
  readonly plan: Plan;
  readonly problem: RecordedProblem;
  /** [ringRows, 4]: validation loss and hits, training loss and hits of a step. */
  readonly ring: Tensor;
  /** [1]: the ring's row for the next step. */
  readonly slot: Tensor;
}

export interface StepSettings {
  readonly order: 1 | 2;
  /** warmupEpochs: those that train the weights alone. */
  readonly alphas: { readonly warmupEpochs: number };
}

/** `then` is recorded at the end of each step. */
export function recordSteps<P extends RecordedProblem>(
  builder: PlanBuilder,
  problem: P,
  { order, alphas }: StepSettings,
  then: (problem: P) => void = () => {},
): Pick<RecordedSteps, 'ring' | 'slot'> {
  const ring = builder.persistent('results', 'ring', [ringRows, 4]);
  const slot = problem.scalar('slot');
  const record = (name: string, step: () => StepResult<Tensor>): void =>
    builder.program(name, () => {
      const { valid, train } = step();
      const values = [valid.loss, valid.correct, train.loss, train.correct];
      builder.emit(updates.record({ reads: { slot, values }, writes: { ring } }));
      then(problem);
    });
  record('step', () => bilevelStep<Vector, Tensor>(problem, order === 1 ? firstOrder : unrolled));
  if (alphas.warmupEpochs > 0) record('warmUp', () => warmUpStep<Vector, Tensor>(problem));
  return { ring, slot };
}

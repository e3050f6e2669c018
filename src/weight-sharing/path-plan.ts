// Plans of one architecture on a supernet's shared weights: only its operations run. All use the arenas of the supernet's
// own plan, so that an executor can switch between them.

import { evaluationBatchSizes } from '../data/batches.ts';
import type { PlanBuilder } from '../kernels/graph.ts';
import type { Plan } from '../kernels/plan.ts';
import type { Genotype } from '../supernet/genotype/genotype.ts';
import { declareBatch, type ImageSize } from '../supernet/problem/inputs.ts';
import type { NetworkDescription, NetworkForm } from '../supernet/network.ts';
import { PlanProblem } from '../supernet/problem/plan-problem.ts';
import { optimizerSettings, type SearchConfig } from '../search/config.ts';
import { type EvaluationProgram, recordEvaluation } from '../supernet/problem/evaluation.ts';

interface SupernetDescription {
  readonly network: NetworkDescription;
  readonly image: ImageSize;
  readonly config: SearchConfig;
  /** Images of an evaluation; the last batch has another size if they are no multiple of a batch. */
  readonly evaluated: number;
}

export interface PathPlan {
  readonly plan: Plan;
  readonly problem: PlanProblem;
  /** By batch size; loss and hits are readable after a run. */
  readonly evaluations: ReadonlyMap<number, EvaluationProgram>;
  /** Batch, loss and hits of the program `step`: one step of the weights; only with `train`. */
  readonly step?: EvaluationProgram;
}

export interface PathOptions {
  readonly cells: NetworkForm['cells'] & { readonly kind: 'relaxed' | 'partial' | 'restricted' };
  /** Batch sizes to evaluate on: some of `evaluationSizes`. */
  readonly evaluate: readonly number[];
  readonly train: boolean;
}

/** builder: the one that made the supernet's plan, or a fork of it. */
export function buildPathPlan(
  from: PlanBuilder,
  { network, image, config, evaluated }: SupernetDescription,
  { cells, evaluate, train }: PathOptions,
): PathPlan {
  const builder = from.fork();
  const batches = {
    train: declareBatch(builder, 'train', config.batch, image),
    valid: declareBatch(builder, 'valid', config.batch, image),
  };
  const settings = optimizerSettings(config);
  const problem = new PlanProblem(builder, network, 'fused', batches, settings, cells);
  const evaluations = new Map<number, EvaluationProgram>();
  // Every plan declares the inputs of all: an executor keeps the arenas of the first plan.
  const inputs = new Map(
    evaluationSizes(config.batch, evaluated).map((size) => [
      size,
      declareBatch(builder, `evaluate${size}`, size, image),
    ]),
  );
  for (const size of evaluate) {
    const program = `evaluate${size}`;
    const batch = inputs.get(size)!;
    evaluations.set(
      size,
      recordEvaluation(builder, program, batch, () => problem.evaluate(batch)),
    );
  }
  if (!train) return { plan: builder.build(), problem, evaluations };
  const step = recordEvaluation(builder, 'step', batches.train, () => {
    const gradient = problem.vector('weightGradient', 'weights');
    const outcome = problem.gradient('train', { weights: gradient });
    problem.weightStep(gradient, { clipped: true });
    return outcome;
  });
  return { plan: builder.build(), problem, evaluations, step };
}

/** Sizes of the batches of `evaluated` images: full ones first, always among them, and the last one's. */
export function evaluationSizes(batch: number, evaluated: number): readonly number[] {
  return [...new Set([batch, ...evaluationBatchSizes(evaluated, batch)])];
}

/** The form of one architecture. */
export function restrictedTo(genotype: Genotype): PathOptions['cells'] {
  return { kind: 'restricted', genotype };
}

// The plan of a search: one program for a whole step (alpha, then weights), one for a step of the weights alone where a
// search starts with such, and programs that evaluate the relaxed supernet on full batches and on the last, smaller one.

import { evaluationBatchSizes } from '../data/batches.ts';
import { PlanBuilder } from '../kernels/graph.ts';
import type { Tensor } from '../kernels/tensor.ts';
import { declareBatch, type ImageSize } from '../supernet/inputs.ts';
import type { NetworkForm } from '../supernet/network.ts';
import { type Batch, PlanProblem } from '../supernet/plan-problem.ts';
import type { Space } from '../supernet/space.ts';
import type { SearchConfig } from './config.ts';
import { type RecordedSteps, recordSteps } from './recorded-step.ts';

export interface EvaluationProgram {
  readonly program: string;
  readonly batch: Batch;
  readonly loss: Tensor;
  readonly correct: Tensor;
}

export interface SearchPlan extends RecordedSteps {
  /** To fork, for further plans over the same arenas. */
  readonly builder: PlanBuilder;
  readonly problem: PlanProblem;
  readonly batches: Readonly<Record<'train' | 'valid', Batch>>;
  /** By batch size. */
  readonly evaluations: ReadonlyMap<number, EvaluationProgram>;
}

export interface SearchPlanOptions {
  readonly space: Space;
  readonly config: SearchConfig;
  readonly image: ImageSize;
  readonly classes: number;
  /** Images to evaluate on. */
  readonly evaluated: number;
  readonly lowering?: NetworkForm['lowering'];
}

export function buildSearchPlan(options: SearchPlanOptions): SearchPlan {
  const { space, config, image, classes, evaluated } = options;
  const builder = new PlanBuilder();
  const batches = {
    train: declareBatch(builder, 'train', config.batch, image),
    valid: declareBatch(builder, 'valid', config.batch, image),
  };
  const network = { space, size: { channels: config.channels, cells: config.cells }, classes };
  const { weights, alphas } = config;
  const problem = new PlanProblem(builder, network, options.lowering ?? 'fused', batches, {
    sgd: { momentum: weights.momentum, weightDecay: weights.decay, clip: weights.clip },
    adam: { betas: alphas.betas, epsilon: alphas.epsilon, weightDecay: alphas.decay },
  });
  const recorded = recordSteps(builder, problem, config);
  const sizes = new Set(evaluationBatchSizes(evaluated, config.batch));
  const evaluations = new Map([...sizes].map((size) => [size, evaluation(builder, problem, size, image)]));
  return { plan: builder.build(), builder, problem, batches, ...recorded, evaluations };
}

function evaluation(
  builder: PlanBuilder,
  problem: PlanProblem,
  size: number,
  image: ImageSize,
): EvaluationProgram {
  const program = `evaluate${size}`;
  const batch = declareBatch(builder, program, size, image);
  const { loss, correct } = builder.program(program, () => {
    const outcome = problem.evaluate(batch);
    builder.keep(outcome.loss);
    builder.keep(outcome.correct);
    return outcome;
  });
  return { program, batch, loss, correct };
}

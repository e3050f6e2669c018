// The plans of networks that are trained from scratch: one step of training with evaluation beside it, or evaluation alone.

import { evaluationBatchSizes } from '../data/batches.ts';
import { Graph, PlanBuilder } from '../kernels/graph.ts';
import { crossEntropy } from '../kernels/operations/cross-entropy/definition.ts';
import type { Plan } from '../kernels/plan.ts';
import type { Tensor } from '../kernels/tensor.ts';
import { ringRows } from '../engine/session.ts';
import { type EvaluationProgram, recordEvaluation } from '../supernet/problem/evaluation.ts';
import { type BatchTensors, declareBatch, type ImageSize } from '../supernet/problem/inputs.ts';
import { type ParameterArenas, Parameters, runningArena, weightArena } from '../supernet/parameters.ts';
import { recordSgd } from '../supernet/problem/sgd.ts';
import type { Trainable } from '../supernet/trainable.ts';
import type { RetrainConfig } from './config.ts';
import { updates } from '../kernels/updates/types.ts';

interface LogitsProgram extends EvaluationProgram {
  /** [N, classes] */
  readonly logits: Tensor;
}

export interface EvaluationPlan {
  readonly plan: Plan;
  readonly parameters: Parameters;
  /** By batch size. */
  readonly evaluations: ReadonlyMap<number, LogitsProgram>;
}

export interface RetrainPlan extends EvaluationPlan {
  readonly batch: BatchTensors;
  /** [1]: learning rate. */
  readonly rate: Tensor;
  /** [N, paths]: factors of drop path, where paths are dropped. */
  readonly factors?: Tensor;
  /** [1]: 1 - decay of the moving average, where weights are averaged. */
  readonly averaging?: Tensor;
  /** [ringRows, 2]: loss and hits of a step. */
  readonly ring: Tensor;
  /** [1]: the ring's row for the next step. */
  readonly slot: Tensor;
  /** The state after a step: what a checkpoint saves. */
  readonly stateArenas: readonly string[];
  /** What is evaluated: the weights, or their average. */
  readonly evaluated: ParameterArenas;
  /** The parameters after the best epoch; the program `keepBest` copies them there. */
  readonly best: ParameterArenas;
}

interface RetrainPlanOptions {
  readonly network: Trainable;
  readonly config: RetrainConfig;
  readonly image: ImageSize;
  /** Images to evaluate on. */
  readonly evaluated: number;
}

const own: ParameterArenas = { weights: weightArena, running: runningArena };
const averaged: ParameterArenas = { weights: 'averageWeights', running: 'averageRunning' };
const best: ParameterArenas = { weights: 'bestWeights', running: 'bestRunning' };

export function buildRetrainPlan(options: RetrainPlanOptions): RetrainPlan {
  const { network, config, image } = options;
  const builder = new PlanBuilder();
  const parameters = new Parameters(builder);
  const scalar = (name: string): Tensor => builder.persistent('scalars', name, [1]);
  const batch = declareBatch(builder, 'train', config.batch, image);
  const paths = config.dropPath > 0 ? network.paths : 0;
  const factors = paths > 0 ? builder.persistent('inputs', 'drop path', [config.batch, paths]) : undefined;
  const averaging = config.average > 0 ? scalar('averaging') : undefined;
  const [rate, slot] = [scalar('rate'), scalar('slot')];
  const ring = builder.persistent('results', 'ring', [ringRows, 2]);
  for (const arena of Object.keys(own) as (keyof ParameterArenas)[]) {
    builder.vector(best[arena], own[arena]);
    if (averaging) builder.vector(averaged[arena], own[arena]);
  }

  builder.program('step', () => {
    const gradient = builder.vector('weightGradient', weightArena);
    const graph = new Graph(builder, { [weightArena]: gradient.arena });
    const { logits, auxiliary } = network.build(graph, parameters, batch.images, 'training', factors);
    const { smoothing, auxiliaryWeight } = config;
    const { loss, correct } = crossEntropy(graph, logits, batch.labels, { smoothing });
    const roots = [loss];
    if (auxiliary) {
      const options = { smoothing, weight: auxiliaryWeight };
      roots.push(crossEntropy(graph, auxiliary, batch.labels, options).loss);
    }
    graph.backward(roots);
    const weights = builder.vector(weightArena);
    const velocity = builder.vector('velocity', weightArena);
    const { momentum, decay, clip } = config.weights;
    const operands = { weights, velocity, gradient, rate, norm: scalar('gradientNorm') };
    recordSgd(builder, operands, { momentum, weightDecay: decay, clip });
    if (averaging) recordAveraging(builder, averaging);
    const values = [loss, correct];
    builder.emit(updates.record({ reads: { slot, values }, writes: { ring } }));
  });
  const evaluated = averaging ? averaged : own;
  builder.program('keepBest', () => {
    for (const arena of Object.keys(own) as (keyof ParameterArenas)[]) {
      const from = builder.vector(evaluated[arena], own[arena]);
      const to = builder.vector(best[arena], own[arena]);
      builder.emit(updates.copy({ reads: { from }, writes: { to } }));
    }
  });
  const view = averaging ? new Parameters(builder, averaged) : parameters;
  const evaluations = recordEvaluations(builder, view, network, image, config.batch, options.evaluated);
  const arenas = [own, best, ...(averaging ? [averaged] : [])].flatMap(({ weights, running }) => [
    weights,
    running,
  ]);
  return {
    plan: builder.build(),
    parameters,
    evaluations,
    batch,
    rate,
    ...(factors && { factors }),
    ...(averaging && { averaging }),
    ring,
    slot,
    stateArenas: ['velocity', ...arenas],
    evaluated,
    best,
  };
}

/** Only the evaluation of `images` images in batches of at most `batch`. */
export function buildEvaluationPlan(
  network: Trainable,
  image: ImageSize,
  batch: number,
  images: number,
): EvaluationPlan {
  const builder = new PlanBuilder();
  const parameters = new Parameters(builder);
  const evaluations = recordEvaluations(builder, parameters, network, image, batch, images);
  return { plan: builder.build(), parameters, evaluations };
}

/** average = average + averaging * (weights - average), running statistics too. */
function recordAveraging(builder: PlanBuilder, scale: Tensor): void {
  for (const arena of Object.keys(own) as (keyof ParameterArenas)[]) {
    const out = builder.vector(averaged[arena], own[arena]);
    for (const [factor, x] of [
      [-1, out],
      [1, builder.vector(own[arena])],
    ] as const)
      builder.emit(updates.axpy({ reads: { base: out, x, scale }, writes: { out }, factor }));
  }
}

/** Programs for full batches and for the last, smaller one. */
function recordEvaluations(
  builder: PlanBuilder,
  parameters: Parameters,
  network: Trainable,
  image: ImageSize,
  batch: number,
  images: number,
): Map<number, LogitsProgram> {
  const programs = [...new Set(evaluationBatchSizes(images, batch))].map((size) => {
    const program = `evaluate${size}`;
    const inputs = declareBatch(builder, program, size, image);
    const recorded = recordEvaluation(builder, program, inputs, () => {
      const graph = new Graph(builder, {});
      const { logits } = network.build(graph, parameters, inputs.images, 'evaluation');
      return { logits, ...crossEntropy(graph, logits, inputs.labels) };
    });
    return [size, recorded] as const;
  });
  return new Map(programs);
}

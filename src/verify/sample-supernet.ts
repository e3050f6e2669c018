// Small supernets filled with random numbers that float32 holds exactly: used to compare executors and lowerings.

import { Random } from '../base/random.ts';
import type { Executor } from '../kernels/executor.ts';
import { PlanBuilder } from '../kernels/graph.ts';
import { count, type Tensor } from '../kernels/tensor.ts';
import { type BatchTensors, declareBatch } from '../supernet/problem/inputs.ts';
import type { NetworkForm } from '../supernet/network.ts';
import { denseValues, initialValues, type Parameter } from '../supernet/parameters.ts';
import { PlanProblem } from '../supernet/problem/plan-problem.ts';
import type { ImageSpace } from '../supernet/space.ts';

export interface SupernetSize {
  readonly space: ImageSpace;
  readonly channels: number;
  readonly cells: number;
  readonly height: number;
  readonly width: number;
  readonly batch: number;
  readonly classes?: number;
}

export interface BuiltSupernet {
  readonly builder: PlanBuilder;
  readonly problem: PlanProblem;
  readonly batches: Readonly<Record<'train' | 'valid', BatchTensors>>;
}

const settings = {
  sgd: { momentum: 0.9, weightDecay: 3e-4, clip: 5 },
  adam: { betas: [0.5, 0.999], epsilon: 1e-8, weightDecay: 1e-3 },
} as const;

/** A problem without programs. */
export function declareSupernet(size: SupernetSize, lowering: NetworkForm['lowering']): BuiltSupernet {
  const builder = new PlanBuilder();
  const image = { height: size.height, width: size.width, channels: 3 };
  const batches = {
    train: declareBatch(builder, 'train', size.batch, image),
    valid: declareBatch(builder, 'valid', size.batch, image),
  };
  const network = { space: size.space, size, classes: size.classes ?? 3 };
  return { builder, batches, problem: new PlanProblem(builder, network, lowering, batches, settings) };
}

function normal(tensor: Tensor, stream: Random): Float64Array {
  return Float64Array.from({ length: count(tensor.shape) }, () => Math.fround(stream.normal()));
}

/** Writes weights, momentum, alphas (spread, so that softmax matters), batches and rates; equal for equal seeds. */
export function fillSupernet(
  executor: Executor,
  { builder, problem, batches }: BuiltSupernet,
  seed = 1,
): void {
  const random = Random.fromSeed(seed);
  for (const parameter of problem.parameters.list()) {
    const { name, tensor } = parameter;
    executor.write(tensor, initialValues(parameter, random));
    const velocity = normal(tensor, random.split('velocity').split(name)).map((value) =>
      Math.fround(0.01 * value),
    );
    executor.write(builder.parallel(tensor, 'velocity'), velocity);
  }
  for (const [kind, tensor] of Object.entries(problem.alphaTensors)) {
    executor.write(tensor, normal(tensor, random.split(`alpha ${kind}`)));
  }
  for (const [split, { images, labels }] of Object.entries(batches)) {
    executor.write(images, normal(images, random.split(split)));
    const stream = random.split(`labels ${split}`);
    executor.write(
      labels,
      Array.from({ length: labels.shape[0]! }, () => stream.below(3)),
    );
  }
  executor.write(problem.weightRate, [0.025]);
  problem.alphaUpdate.write(executor, 3e-4, 1);
}

/** The dense values of parameters in an arena parallel to the weights. */
export async function parametersOf(
  executor: Executor,
  arena: string,
  parameters: readonly Pick<Parameter, 'name' | 'tensor'>[],
): Promise<[string, Float64Array][]> {
  const all = await executor.readArena(arena);
  return parameters.map(({ name, tensor }) => [`${arena}/${name}`, denseValues(all, tensor)]);
}

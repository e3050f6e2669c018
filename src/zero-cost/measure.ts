// Zero-cost scores of one architecture: its network with random weights on an executor runs every program that the scores
// recorded, on one batch.

import { MixopError } from '../base/errors.ts';
import type { Random } from '../base/random.ts';
import { Batches, type Batch } from '../data/batches.ts';
import type { Dataset } from '../data/dataset.ts';
import { measureNormalisation } from '../data/normalise.ts';
import { PlanBuilder } from '../kernels/graph.ts';
import { multiplyAddsOf } from '../kernels/operations/multiply-adds.ts';
import { checkDerived, type DerivedDescription } from '../supernet/derived-network.ts';
import { declareBatch } from '../supernet/problem/inputs.ts';
import { allocate, type ExecutorOptions } from '../engine/executors.ts';
import { initialiseParameters, writeBatch } from '../engine/session.ts';
import { UntrainedNetwork, type ZeroCostScore } from './score.ts';

export interface ZeroCostMeasure {
  /** By name; -Infinity, the worst, where the network has none. */
  readonly scores: Readonly<Record<string, number>>;
  readonly parameters: number;
  /** Of a forward pass of one image. */
  readonly multiplyAdds: number;
}

export interface ZeroCostInput {
  readonly description: DerivedDescription;
  readonly dataset: Dataset;
  readonly batch: Batch;
}

/** Images drawn from a data set, not augmented. Throws a `MixopError` if it has too few. */
export function zeroCostBatch(dataset: Dataset, batchSize: number, random: Random): Batch {
  const indices = Uint32Array.from({ length: dataset.count }, (_, index) => index);
  const normalisation = measureNormalisation(dataset, indices);
  return new Batches({ dataset, indices, split: 'training', batchSize, random, normalisation }).batch(0, 0);
}

/** `random`: of the weights. Throws a `MixopError` if a score is not a number: an overflow. */
export async function measureZeroCost(
  scores: readonly ZeroCostScore[],
  { description, dataset, batch }: ZeroCostInput,
  random: Random,
  options: ExecutorOptions,
): Promise<ZeroCostMeasure> {
  checkDerived(description, dataset);
  const builder = new PlanBuilder();
  const tensors = declareBatch(builder, 'batch', batch.size, dataset);
  const network = new UntrainedNetwork(builder, description, tensors);
  const recorded = scores.map((score) => ({ name: score.name, ...score.record(network) }));
  const plan = builder.build();
  const executor = await allocate('network', plan, options);
  const found: Record<string, number> = {};
  try {
    writeBatch(executor, tensors, batch);
    const { parameters } = network;
    initialiseParameters(executor, [...parameters.list(), ...parameters.buffers()], random);
    for (const one of recorded) await one.fill?.(executor);
    for (const program of new Set(recorded.map((one) => one.program))) {
      await executor.run(program);
      for (const one of recorded) if (one.program === program) found[one.name] = await one.read(executor);
    }
  } finally {
    await executor.close();
  }
  const work = multiplyAddsOf(plan.programs[network.forward]!);
  return {
    scores: Object.fromEntries(scores.map(({ name }) => [name, checked(name, found[name]!)])),
    parameters: network.parameters.count(),
    multiplyAdds: work / batch.size,
  };
}

function checked(name: string, score: number): number {
  if (Number.isFinite(score) || score === -Infinity) return score;
  const remedy = 'use fewer cells or channels, or --executor reference, which computes in float64';
  throw new MixopError('numeric', `score ${name}`, `is ${score}: the network overflows`, remedy);
}

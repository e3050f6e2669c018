// What a zero-cost score is: a number that an untrained network gives after a pass over one batch. A score records a
// program into the plan of the network, and reads its number off what the program leaves.

import type { Executor } from '../kernels/executor.ts';
import { Graph, type PlanBuilder } from '../kernels/graph.ts';
import { crossEntropy } from '../kernels/operations/cross-entropy/definition.ts';
import { buildDerived, type DerivedDescription } from '../supernet/derived-network.ts';
import { type Parameter, Parameters, weightArena } from '../supernet/parameters.ts';
import type { BatchTensors } from '../supernet/inputs.ts';

export interface ZeroCostScore {
  readonly name: string;
  /** One line for help. */
  readonly summary: string;
  record(network: UntrainedNetwork): RecordedScore;
}

interface RecordedScore {
  readonly program: string;
  /** Writes what the program needs beside weights and batch; the weights hold their initial values then. */
  fill?(executor: Executor): Promise<void>;
  /** After the program has run; higher is better, -Infinity where the network gives none. */
  read(executor: Executor): Promise<number>;
}

/** A network that is being recorded, with a batch. Its parameters are declared from the start. */
export class UntrainedNetwork {
  readonly builder: PlanBuilder;
  readonly description: DerivedDescription;
  readonly batch: BatchTensors;
  readonly parameters: Parameters;
  /** The name of a program that no score runs: a forward pass, by which work is counted. */
  readonly forward = 'forward';
  private lossProgram: string | undefined;

  constructor(builder: PlanBuilder, description: DerivedDescription, batch: BatchTensors) {
    this.builder = builder;
    this.description = description;
    this.batch = batch;
    this.parameters = new Parameters(builder);
    builder.program(this.forward, () => {
      buildDerived(new Graph(builder, {}), this.parameters, description, batch.images, 'training');
    });
  }

  get images(): number {
    return this.batch.images.shape[0]!;
  }

  /** The name of the program that leaves the loss's gradient by every weight; one for all scores that ask. */
  lossGradient(): string {
    if (this.lossProgram !== undefined) return this.lossProgram;
    this.lossProgram = 'lossGradient';
    this.builder.program(this.lossProgram, () => {
      const { arena } = this.builder.vector('weightGradient', weightArena);
      const graph = new Graph(this.builder, { [weightArena]: arena });
      const { images, labels } = this.batch;
      const { logits } = buildDerived(graph, this.parameters, this.description, images, 'training');
      graph.backward([crossEntropy(graph, logits, labels).loss]);
    });
    return this.lossProgram;
  }

  /** Values of every filter bank and matrix with the gradient that `lossGradient` left. Biases and norms are left out. */
  async weightsAndGradients(executor: Executor): Promise<readonly WeightAndGradient[]> {
    const all: WeightAndGradient[] = [];
    for (const { tensor } of multiplied(this.parameters)) {
      const weight = await executor.read(tensor);
      all.push({ weight, gradient: await executor.read(this.builder.parallel(tensor, 'weightGradient')) });
    }
    return all;
  }
}

export interface WeightAndGradient {
  readonly weight: ArrayLike<number>;
  readonly gradient: ArrayLike<number>;
}

/** Filter banks and matrices: the parameters that the scores of the literature look at. */
export function multiplied(parameters: Parameters): readonly Parameter[] {
  return parameters.list().filter(({ layout }) => layout !== 'vector');
}

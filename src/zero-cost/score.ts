// The interface of zero-cost scores: a number computed from one batch and an untrained network. A score records a program
// into the network's plan and computes its number from the program's results.

import type { Executor } from '../kernels/executor.ts';
import { Graph, type PlanBuilder } from '../kernels/graph.ts';
import { crossEntropy } from '../kernels/operations/cross-entropy/definition.ts';
import { buildDerived, type DerivedDescription } from '../supernet/derived-network.ts';
import { type Parameter, Parameters, weightArena } from '../supernet/parameters.ts';
import type { BatchTensors } from '../supernet/problem/inputs.ts';

export interface ZeroCostScore {
  readonly name: string;
  /** One line for help. */
  readonly summary: string;
  record(network: UntrainedNetwork): RecordedScore;
}

interface RecordedScore {
  readonly program: string;
  /** Writes the program's inputs other than weights and batch; called after the weights have initial values. */
  fill?(executor: Executor): Promise<void>;
  /** After the program has run; higher is better, -Infinity where the network has none. */
  read(executor: Executor): Promise<number>;
}

/** A network that is being recorded, with a batch. Its parameters are declared from the start. */
export class UntrainedNetwork {
  readonly builder: PlanBuilder;
  readonly description: DerivedDescription;
  readonly batch: BatchTensors;
  readonly parameters: Parameters;
  /** The name of a forward pass whose multiply-adds are counted; no score runs it. */
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

  /** The name of the program that computes the loss's gradient by every weight; all scores share it. */
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

  /** Every filter bank and matrix with its gradient from `lossGradient`; no biases and norms. */
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

/** Filter banks and matrices: the parameters that the published scores use. */
export function multiplied(parameters: Parameters): readonly Parameter[] {
  return parameters.list().filter(({ layout }) => layout !== 'vector');
}

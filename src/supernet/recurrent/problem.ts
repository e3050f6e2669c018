// The relaxed recurrent cell in its language model as the problem of a bilevel step (see `RecordedProblem`). Training also
// minimises the slowness of the hidden states, as in the published code; the reported loss is without it.

import { Graph, type PlanBuilder } from '../../kernels/graph.ts';
import type { CrossEntropyOutput } from '../../kernels/operations/cross-entropy/definition.ts';
import { slowness } from '../../kernels/operations/slowness/definition.ts';
import type { Vector } from '../../kernels/tensor.ts';
import { recordMixes } from '../mixes.ts';
import { type OptimizerSettings, RecordedProblem } from '../problem/recorded-problem.ts';
import {
  buildRecurrent,
  carryHidden,
  type RecurrentDescription,
  type RecurrentOutput,
  type TextBatch,
} from './network.ts';

export class RecurrentProblem extends RecordedProblem {
  private readonly network: RecurrentDescription;
  private readonly batches: Readonly<Record<'train' | 'valid', TextBatch>>;
  private readonly slownessWeight: number;
  private readonly newest: Partial<Record<'train' | 'valid', RecurrentOutput>> = {};

  /** slownessWeight: of the mean squared difference of neighbouring hidden states; 0 for none. */
  constructor(
    builder: PlanBuilder,
    network: RecurrentDescription,
    batches: Readonly<Record<'train' | 'valid', TextBatch>>,
    settings: OptimizerSettings,
    slownessWeight: number,
  ) {
    super(builder, network.space, settings);
    this.network = network;
    this.batches = batches;
    this.slownessWeight = slownessWeight;
  }

  override gradient(
    split: 'train' | 'valid',
    into: { readonly weights?: Vector; readonly alphas?: Vector },
  ): CrossEntropyOutput {
    const graph = new Graph(this.builder, this.arenasOf(into));
    const outcome = this.forward(graph, this.batches[split]);
    this.newest[split] = outcome;
    const { hiddens, losses } = outcome;
    const slow = split === 'train' && this.slownessWeight > 0 && hiddens.length > 1;
    graph.backward(slow ? [...losses, slowness(graph, hiddens, this.slownessWeight)] : losses);
    return outcome;
  }

  /** The loss on a text, without any gradient; its hidden state is carried over. */
  evaluate(text: TextBatch): CrossEntropyOutput {
    const outcome = this.forward(new Graph(this.builder, {}), text);
    carryHidden(this.builder, outcome, text);
    return outcome;
  }

  /** Ends a step: the next one starts at the hidden states of both splits' last passes. */
  carry(): void {
    for (const [split, outcome] of Object.entries(this.newest))
      carryHidden(this.builder, outcome, this.batches[split as 'train' | 'valid']);
  }

  private forward(graph: Graph, text: TextBatch): RecurrentOutput {
    const { operations } = recordMixes(graph, this.network.space, this.alphaTensors)['recurrent']!;
    return buildRecurrent(graph, this.parameters, this.network, text, operations);
  }
}

// A supernet, relaxed or restricted to a genotype, as the problem of a bilevel step: every call records operations into
// the program that is being built, so that one call of the step records the whole step.

import { Graph, type PlanBuilder } from '../../kernels/graph.ts';
import { crossEntropy, type CrossEntropyOutput } from '../../kernels/operations/cross-entropy/definition.ts';
import { extent, type Tensor, type Vector } from '../../kernels/tensor.ts';
import type { BatchTensors } from './inputs.ts';
import { recordMixes } from '../mixes.ts';
import { buildNetwork, type NetworkDescription, type NetworkForm } from '../network.ts';
import { weightArena } from '../parameters.ts';
import { type OptimizerSettings, RecordedProblem } from './recorded-problem.ts';
import { fill } from '../../kernels/plan.ts';

export class PlanProblem extends RecordedProblem {
  private readonly network: NetworkDescription;
  private readonly lowering: NetworkForm['lowering'];
  private readonly batches: Readonly<Record<'train' | 'valid', BatchTensors>>;
  private readonly cells: Exclude<NetworkForm['cells'], { kind: 'derived' }>;
  /** Logits of the last `gradient` or `evaluate`. */
  logits: Tensor | undefined;

  constructor(
    builder: PlanBuilder,
    network: NetworkDescription,
    lowering: NetworkForm['lowering'],
    batches: Readonly<Record<'train' | 'valid', BatchTensors>>,
    settings: OptimizerSettings,
    cells: Exclude<NetworkForm['cells'], { kind: 'derived' }> = { kind: 'relaxed' },
  ) {
    super(builder, network.space, settings);
    this.network = network;
    this.lowering = lowering;
    this.batches = batches;
    this.cells = cells;
  }

  override gradient(
    split: 'train' | 'valid',
    into: { readonly weights?: Vector; readonly alphas?: Vector },
  ): CrossEntropyOutput {
    // Weights that a restricted network lacks get no gradient: they must not keep an earlier one.
    if (into.weights && this.cells.kind !== 'relaxed') this.clear(into.weights);
    const graph = new Graph(this.builder, this.arenasOf(into));
    const outcome = this.forward(graph, this.batches[split]);
    graph.backward([outcome.loss]);
    return outcome;
  }

  /** The loss on a batch, without any gradient. */
  evaluate(batch: BatchTensors): CrossEntropyOutput {
    return this.forward(new Graph(this.builder, {}), batch);
  }

  /** Fills a vector like the weights with zeros. */
  private clear({ arena }: Vector): void {
    const size = [...this.builder.inArena(weightArena).values()].reduce(
      (max, tensor) => Math.max(max, tensor.offset + extent(tensor)),
      0,
    );
    const y: Tensor = {
      ...this.builder.activation(`${arena}, all`, [size / 4, 4]),
      arena,
    };
    this.builder.emit(fill(y, 0));
  }

  /** What a weight step changes: all weights, or those of a restricted network; the others do not even decay. */
  protected override trained(): readonly NonNullable<Vector['part']>[] | undefined {
    if (this.cells.kind === 'relaxed') return undefined;
    const parts: { offset: number; elements: number }[] = [];
    for (const { tensor } of this.parameters.list().toSorted((a, b) => a.tensor.offset - b.tensor.offset)) {
      const last = parts.at(-1);
      if (last !== undefined && last.offset + last.elements === tensor.offset)
        last.elements += extent(tensor);
      else parts.push({ offset: tensor.offset, elements: extent(tensor) });
    }
    return parts;
  }

  private forward(graph: Graph, batch: BatchTensors): CrossEntropyOutput {
    const relaxed = this.cells.kind === 'relaxed';
    const mixes = relaxed ? recordMixes(graph, this.network.space, this.alphaTensors) : {};
    const form: NetworkForm = { lowering: this.lowering, cells: this.cells };
    this.logits = buildNetwork(graph, this.parameters, this.network, form, batch.images, mixes);
    return crossEntropy(graph, this.logits, batch.labels);
  }
}

// A supernet, relaxed or restricted to a genotype, as the problem of a bilevel step: every call records operations into the program being built, so that
// one call of the step gives the whole step as a plan. Has the shape of `BilevelProblem`, which lies a layer above.

import { Graph, type PlanBuilder } from '../kernels/graph.ts';
import { crossEntropy, type Outcome } from '../kernels/operations/cross-entropy/definition.ts';
import { extent, type Tensor, type Vector } from '../kernels/tensor.ts';
import { alphaArena, declareAlphas, recordMixes } from './mixes.ts';
import { buildNetwork, type NetworkDescription, type NetworkForm } from './network.ts';
import { Parameters, weightArena } from './parameters.ts';
import { recordSgd, type SgdSettings } from './sgd.ts';

export interface AdamSettings {
  readonly betas: readonly [number, number];
  readonly epsilon: number;
  readonly weightDecay: number;
}

export interface Batch {
  /** [N, H, W, C] */
  readonly images: Tensor;
  /** [N, 1] */
  readonly labels: Tensor;
}

export class PlanProblem {
  readonly weights: Vector;
  readonly alphas: Vector;
  readonly weightState: readonly Vector[];
  readonly weightRate: Tensor;
  readonly alphaRate: Tensor;
  /** [2]: Adam's bias corrections. */
  readonly corrections: Tensor;
  /** Alpha by cell kind, [E, O]; with edge normalisation one more, [E, 1]. */
  readonly alphaTensors: Readonly<Record<string, Tensor>>;
  readonly parameters: Parameters;
  /** Norm of the weights' gradient before clipping. */
  readonly gradientNorm: Tensor;
  private readonly builder: PlanBuilder;
  private readonly network: NetworkDescription;
  private readonly lowering: NetworkForm['lowering'];
  private readonly batches: Readonly<Record<'train' | 'valid', Batch>>;
  private readonly sgd: SgdSettings;
  private readonly adam: AdamSettings;
  private readonly cells: Exclude<NetworkForm['cells'], { kind: 'derived' }>;
  /** Logits of the newest `gradient`. */
  logits: Tensor | undefined;

  constructor(
    builder: PlanBuilder,
    network: NetworkDescription,
    lowering: NetworkForm['lowering'],
    batches: Readonly<Record<'train' | 'valid', Batch>>,
    settings: { readonly sgd: SgdSettings; readonly adam: AdamSettings },
    cells: Exclude<NetworkForm['cells'], { kind: 'derived' }> = { kind: 'relaxed' },
  ) {
    this.builder = builder;
    this.network = network;
    this.lowering = lowering;
    this.batches = batches;
    this.sgd = settings.sgd;
    this.adam = settings.adam;
    this.cells = cells;
    this.weights = builder.vector(weightArena);
    this.alphas = builder.vector(alphaArena);
    this.weightState = [this.weights, builder.vector('velocity', weightArena)];
    this.weightRate = this.scalar('weightRate');
    this.alphaRate = this.scalar('alphaRate');
    this.gradientNorm = this.scalar('gradientNorm');
    this.corrections = builder.persistent('scalars', 'corrections', [2]);
    this.parameters = new Parameters(builder);
    this.alphaTensors = declareAlphas(builder, network.space);
  }

  vector(name: string, like: 'weights' | 'alphas'): Vector {
    return this.builder.vector(name, like);
  }

  scalar(name: string): Tensor {
    return this.builder.persistent('scalars', name, [1]);
  }

  gradient(split: 'train' | 'valid', into: { readonly weights?: Vector; readonly alphas?: Vector }): Outcome {
    const arenas = {
      ...(into.weights && { [weightArena]: into.weights.arena }),
      ...(into.alphas && { [alphaArena]: into.alphas.arena }),
    };
    // What a restricted network does not have gets no gradient: it must not keep an earlier one.
    if (into.weights && this.cells.kind !== 'relaxed') this.clear(into.weights);
    const graph = new Graph(this.builder, arenas);
    const outcome = this.forward(graph, this.batches[split]);
    graph.backward([outcome.loss]);
    return outcome;
  }

  /** The loss on a batch, without any gradient. */
  evaluate(batch: Batch): Outcome {
    return this.forward(new Graph(this.builder, {}), batch);
  }

  weightStep(gradient: Vector, { clipped }: { readonly clipped: boolean }): void {
    const [weights, velocity] = this.weightState as readonly [Vector, Vector];
    const parts = this.trained();
    const operands = { weights, velocity, gradient, rate: this.weightRate, ...(parts && { parts }) };
    recordSgd(this.builder, clipped ? { ...operands, norm: this.gradientNorm } : operands, this.sgd);
  }

  /** Fills a vector like the weights with zeros. */
  private clear({ arena }: Vector): void {
    const size = [...this.builder.inArena(weightArena).values()].reduce(
      (most, tensor) => Math.max(most, tensor.offset + extent(tensor)),
      0,
    );
    const y: Tensor = {
      ...this.builder.activation(`${arena}, all`, [size / 4, 4]),
      arena,
    };
    this.builder.emit({ op: 'fill', pass: 'update', reads: {}, writes: { y }, value: 0 });
  }

  /** What a weight step changes: all weights, or in a restricted network only those that it has, neither by decay. */
  private trained(): readonly NonNullable<Vector['part']>[] | undefined {
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

  alphaStep(gradient: Vector): void {
    const first = this.vector('adamFirst', 'alphas');
    const second = this.vector('adamSecond', 'alphas');
    this.builder.emit({
      op: 'adam',
      pass: 'update',
      reads: { gradient, rate: this.alphaRate, corrections: this.corrections },
      writes: { weights: this.alphas, first, second },
      ...this.adam,
    });
  }

  copy(to: Vector, from: Vector): void {
    this.builder.emit({ op: 'copy', pass: 'update', reads: { from }, writes: { to } });
  }

  axpy(out: Vector, base: Vector, factor: number, x: Vector, scale?: Tensor): void {
    const reads = { base, x, ...(scale && { scale }) };
    this.builder.emit({ op: 'axpy', pass: 'update', reads, writes: { out }, factor });
  }

  norm(out: Tensor, x: Vector): void {
    this.builder.emit({ op: 'norm', pass: 'update', reads: { x }, writes: { out } });
  }

  quotient(out: Tensor, factor: number, numerator: Tensor | undefined, denominator: Tensor): void {
    const reads = { denominator, ...(numerator && { numerator }) };
    this.builder.emit({ op: 'quotient', pass: 'update', reads, writes: { out }, factor });
  }

  private forward(graph: Graph, batch: Batch): Outcome {
    const relaxed = this.cells.kind === 'relaxed';
    const mixes = relaxed ? recordMixes(graph, this.network.space, this.alphaTensors) : {};
    const form: NetworkForm = { lowering: this.lowering, cells: this.cells };
    this.logits = buildNetwork(graph, this.parameters, this.network, form, batch.images, mixes);
    return crossEntropy(graph, this.logits, batch.labels);
  }
}

// A small language model on an executor: one program that computes losses and all gradients of a batch and carries the
// hidden state over, and one that only computes.
import { Random } from '../../src/base/random.ts';
import type { Executor } from '../../src/kernels/executor.ts';
import { Graph, PlanBuilder } from '../../src/kernels/graph.ts';
import { softmax } from '../../src/kernels/operations/softmax/definition.ts';
import type { Plan } from '../../src/kernels/plan.ts';
import { count, type Tensor } from '../../src/kernels/tensor.ts';
import { Parameters } from '../../src/supernet/parameters.ts';
import {
  buildRecurrent,
  carryHidden,
  declareText,
  hiddenArena,
  type RecurrentDescription,
  type RecurrentOutput,
  type TextBatch,
} from '../../src/supernet/recurrent/network.ts';
import { edgesOf } from '../../src/supernet/space.ts';

export interface Model {
  readonly plan: Plan;
  readonly text: TextBatch;
  readonly parameters: Parameters;
  readonly alpha: Tensor;
  /** Of the program `forward`. */
  readonly outcome: RecurrentOutput;
  /** Place of the gradient of a weight or of alpha, after the program `backward`. */
  readonly gradient: (tensor: Tensor) => Tensor;
}

export function model(network: RecurrentDescription, batch: number, steps: number): Model {
  const builder = new PlanBuilder();
  const parameters = new Parameters(builder);
  const { cells, operations } = network.space;
  const alpha = builder.persistent('alphas', 'recurrent', [
    edgesOf(cells['recurrent']!).length,
    operations.length,
  ]);
  const text = declareText(builder, 'text', { batch, steps, units: network.units }, true);
  builder.vector('weights');
  const arenas = {
    weights: builder.vector('weightGradient', 'weights').arena,
    alphas: builder.vector('alphaGradient', 'alphas').arena,
  };
  const record = (into: Readonly<Record<string, string>>): { outcome: RecurrentOutput; graph: Graph } => {
    const graph = new Graph(builder, into);
    const mix = network.genotype ? undefined : softmax(graph, alpha);
    return { graph, outcome: buildRecurrent(graph, parameters, network, text, mix) };
  };
  const outcome = builder.program('forward', () => {
    const made = record({}).outcome;
    for (const tensor of [made.loss, made.correct, ...made.losses, ...made.hiddens]) builder.keep(tensor);
    return made;
  });
  builder.program('backward', () => {
    const { graph, outcome: made } = record(arenas);
    graph.backward(made.losses);
    carryHidden(builder, made, text);
  });
  return {
    plan: builder.build(),
    text,
    parameters,
    alpha,
    outcome,
    gradient: (tensor) =>
      builder.parallel(tensor, tensor.arena === 'alphas' ? arenas.alphas : arenas.weights),
  };
}

/** Words of a text of pieces side by side: [steps + 1][batch]. */
export function drawWords(words: number, batch: number, steps: number, seed = 1): number[][] {
  const random = Random.fromSeed(seed).split('words');
  return Array.from({ length: steps + 1 }, () => Array.from({ length: batch }, () => random.below(words)));
}

/** Random values of everything that a model reads, by the tensor's name. */
export function drawValues({ parameters, alpha, text }: Model, seed = 1): Map<Tensor, Float64Array> {
  const random = Random.fromSeed(seed).split('values');
  const masks: readonly Tensor[] = Object.values(text.masks!);
  const tensors = [...parameters.list().map(({ tensor }) => tensor), alpha, text.hidden, ...masks];
  return new Map(
    tensors.map((tensor) => {
      const stream = random.split(tensor.name);
      const scale = tensor.arena === hiddenArena ? 0.3 : 1;
      const values = Float64Array.from({ length: count(tensor.shape) }, () =>
        masks.includes(tensor)
          ? Number(stream.uniform() < 0.7) * 1.5
          : Math.fround(scale * (stream.uniform() - 0.5)),
      );
      return [tensor, values];
    }),
  );
}

export function fill(
  executor: Pick<Executor, 'write'>,
  { text }: Model,
  words: readonly (readonly number[])[],
  values: ReadonlyMap<Tensor, ArrayLike<number>>,
): void {
  for (const [t, tensor] of text.words.entries()) executor.write(tensor, words[t]!);
  for (const [tensor, own] of values) executor.write(tensor, own);
}

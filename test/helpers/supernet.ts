// Small supernets with all that a search step computes, on the reference executor: logits, losses, gradients, and
// the state after a second-order step.
import { bilevelStep } from '../../src/bilevel/step.ts';
import { unrolled } from '../../src/bilevel/unrolled.ts';
import { Graph } from '../../src/kernels/graph.ts';
import { crossEntropy } from '../../src/kernels/operations/cross-entropy/definition.ts';
import type { Plan } from '../../src/kernels/plan.ts';
import { ReferenceExecutor } from '../../src/kernels/executors/reference/executor.ts';
import type { Genotype } from '../../src/supernet/genotype/genotype.ts';
import { buildNetwork, type NetworkForm } from '../../src/supernet/network.ts';
import {
  type BuiltSupernet,
  declareSupernet,
  fillSupernet,
  parametersOf,
  type SupernetSize,
} from '../../src/verify/sample-supernet.ts';

/** By name of tensor: dense values. */
export type Results = ReadonlyMap<string, Float64Array>;

/** Logits, loss and all gradients on the training batch, then the state after a second-order step. */
export async function stepResults(size: SupernetSize, lowering: NetworkForm['lowering']): Promise<Results> {
  const built = declareSupernet(size, lowering);
  const { builder, problem } = built;
  const forWeights = problem.vector('weightGradient', 'weights');
  const forAlphas = problem.vector('alphaGradient', 'alphas');
  const { loss, logits } = builder.program('gradient', () => {
    const outcome = problem.gradient('train', { weights: forWeights, alphas: forAlphas });
    return { loss: builder.keep(outcome.loss), logits: builder.keep(problem.logits!) };
  });
  const step = builder.program('step', () => {
    const { valid, train } = bilevelStep(problem, unrolled);
    return [builder.keep(valid.loss), builder.keep(train.loss)] as const;
  });
  const executor = new ReferenceExecutor(builder.build());
  fillSupernet(executor, built);
  const results = new Map<string, Float64Array>();
  const add = (entries: Iterable<readonly [string, ArrayLike<number>]>): void => {
    for (const [name, values] of entries) results.set(name, Float64Array.from(values));
  };
  const parameters = problem.parameters.list();
  const alphas = Object.entries(problem.alphaTensors).map(([name, tensor]) => ({ name, tensor }));
  await executor.run('gradient');
  add([
    ['loss', await executor.read(loss)],
    ['logits', await executor.read(logits)],
  ]);
  add(await parametersOf(executor, 'weightGradient', parameters));
  add(await parametersOf(executor, 'alphaGradient', alphas));
  await executor.run('step');
  add([
    ['step/valid loss', await executor.read(step[0])],
    ['step/train loss', await executor.read(step[1])],
  ]);
  // The unrolled gradient of the alphas stands where the first program's stood.
  for (const [name, values] of await parametersOf(executor, 'alphaGradient', alphas))
    add([[`step/${name}`, values]]);
  for (const arena of ['weights', 'velocity', 'weightGradient']) {
    for (const [name, values] of await parametersOf(executor, arena, parameters))
      add([[`step/${name}`, values]]);
  }
  for (const arena of ['alphas', 'adamFirst', 'adamSecond']) {
    for (const [name, values] of await parametersOf(executor, arena, alphas)) add([[`step/${name}`, values]]);
  }
  return results;
}

/** Logits, loss and the gradients of its weights, of a supernet restricted to a genotype. */
export async function restrictedResults(
  size: SupernetSize,
  genotype: Genotype,
  lowering: NetworkForm['lowering'],
): Promise<Results> {
  const built = declareSupernet(size, lowering);
  const { builder, problem, batches } = built;
  const network = { space: size.space, size, classes: size.classes ?? 3 };
  problem.vector('weightGradient', 'weights');
  const { loss, logits } = builder.program('restricted', () => {
    const graph = new Graph(builder, { weights: 'weightGradient' });
    const form: NetworkForm = { lowering, cells: { kind: 'restricted', genotype } };
    const out = buildNetwork(graph, problem.parameters, network, form, batches.train.images, {});
    const outcome = crossEntropy(graph, out, batches.train.labels);
    graph.backward([outcome.loss]);
    return { loss: builder.keep(outcome.loss), logits: builder.keep(out) };
  });
  const executor = new ReferenceExecutor(builder.build());
  fillSupernet(executor, built);
  await executor.run('restricted');
  return new Map([
    ['loss', Float64Array.from(await executor.read(loss))],
    ['logits', Float64Array.from(await executor.read(logits))],
    ...(await parametersOf(executor, 'weightGradient', problem.parameters.list())),
  ]);
}

/** A plan of one program; tests look at its nodes and places. */
export function planOf({ builder }: BuiltSupernet, record: () => void): Plan {
  builder.program('only', record);
  return builder.build();
}

/** `weightGradient/stem.0.weight` is in `weightGradient`. */
const arena = (name: string): string => name.slice(0, name.lastIndexOf('/'));

/**
 * Relative L2 difference of two sets of results, by name; both have to have the same names. Relative to the tensor's
 * own norm, or to a thousandth of the largest norm in its arena: a gradient that is zero by mathematics (a bias
 * before a batch norm) is rounding noise.
 */
export function differences(a: Results, b: Results): ReadonlyMap<string, number> {
  if ([...a.keys()].sort().join() !== [...b.keys()].sort().join())
    throw new Error('results of different names');
  const largest = new Map<string, number>();
  for (const [name, values] of a) {
    largest.set(arena(name), Math.max(largest.get(arena(name)) ?? 0, Math.hypot(...values)));
  }
  return new Map(
    [...a].map(([name, values]) => {
      const difference = Math.hypot(...values.map((value, i) => value - b.get(name)![i]!));
      const size = Math.max(Math.hypot(...values), 1e-3 * largest.get(arena(name))!);
      return [name, size === 0 ? difference : difference / size];
    }),
  );
}

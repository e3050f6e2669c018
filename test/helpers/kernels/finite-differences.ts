// Compares what a backward pass computes with finite differences of the forward pass, in float64 on the reference
// executor. The loss is the sum over all outputs of output * fixed random numbers.
import { expect } from 'vitest';
import { Random } from '../../../src/base/random.ts';
import { Graph, PlanBuilder } from '../../../src/kernels/graph.ts';
import { add } from '../../../src/kernels/operations/add/definition.ts';
import { ReferenceExecutor } from '../../../src/kernels/executors/reference/executor.ts';
import { count, type Tensor } from '../../../src/kernels/tensor.ts';
import { slopeNear } from '../../../src/verify/slope.ts';
import { instructions as addInstructions } from '../../../src/kernels/operations/add/types.ts';

export interface CaseTools {
  readonly graph: Graph;
  /** Different values in (-1, 1), none of them 0: away from the kinks of ReLU and max pool. Its gradient is checked. */
  readonly input: (name: string, shape: readonly number[]) => Tensor;
  /** An input that one operation alone may read: their gradients of weights are overwritten, not added to. */
  readonly weight: (name: string, shape: readonly number[]) => Tensor;
  /** Given values; no gradient. */
  readonly constant: (name: string, shape: readonly number[], values: readonly number[]) => Tensor;
  /** Adds a tensor [1] to the loss as it is: one where differentiation starts. */
  readonly loss: (tensor: Tensor) => void;
}

/** Records the operations under test and gives their outputs. */
export type BuildCase = (tools: CaseTools) => readonly Tensor[];

export interface DifferenceOptions {
  readonly seed?: number;
  /** How many elements of each tensor are compared, drawn at random. */
  readonly samples?: number;
  /** Every input is also read by a sum recorded later, so that its gradient is there when the operation adds its own. */
  readonly shared?: boolean;
}

interface Filling {
  readonly tensor: Tensor;
  readonly values: Float64Array;
}

/** The values -1 + (2i + 0.5) / n in random order. */
function apart(length: number, random: Random): Float64Array {
  return Float64Array.from(random.permutation(length), (i) => -1 + (2 * i + 0.5) / length);
}

/** Relative L2 error of every input's gradient, by name. */
export async function gradientErrors(
  build: BuildCase,
  { seed = 1, samples = 40, shared = false }: DifferenceOptions = {},
): Promise<ReadonlyMap<string, number>> {
  const random = Random.fromSeed(seed);
  const builder = new PlanBuilder();
  builder.vector('inputs');
  builder.vector('gradients', 'inputs');
  const fillings = new Map<string, Filling>();
  const wanted: Filling[] = [];
  const constant = (name: string, shape: readonly number[], values: ArrayLike<number>): Tensor => {
    const tensor = builder.persistent('constants', name, shape);
    fillings.set(name, { tensor, values: Float64Array.from(values) });
    return tensor;
  };
  const record = (into: Readonly<Record<string, string>>) => {
    const graph = new Graph(builder, into);
    const made: Tensor[] = [];
    const losses: Tensor[] = [];
    const weight = (name: string, shape: readonly number[]): Tensor => {
      const tensor = builder.persistent('inputs', name, shape);
      if (!fillings.has(name)) {
        const filling = { tensor, values: apart(count(shape), random.split(name)) };
        fillings.set(name, filling);
        wanted.push(filling);
      }
      return tensor;
    };
    const input = (name: string, shape: readonly number[]): Tensor => {
      const tensor = weight(name, shape);
      made.push(tensor);
      return tensor;
    };
    const loss = (tensor: Tensor): void => void losses.push(tensor);
    const outputs = [...build({ graph, input, weight, constant, loss })];
    if (shared) outputs.push(...made.map((tensor) => add(graph, [tensor, tensor], `${tensor.name}/twice`)));
    return { graph, outputs, losses };
  };
  const cotangents = (outputs: readonly Tensor[]): Tensor[] =>
    outputs.map(({ shape }, i) =>
      constant(`cotangent${i}`, shape, apart(count(shape), random.split('cotangent', i))),
    );

  const { outputs, losses } = builder.program('forward', () => {
    const recorded = record({});
    for (const tensor of [...recorded.outputs, ...recorded.losses]) builder.keep(tensor);
    return recorded;
  });
  builder.program('backward', () => {
    const { graph, outputs: recorded, losses: roots } = record({ inputs: 'gradients' });
    const root = builder.activation('root', [1]);
    const seeds = cotangents(recorded);
    graph.onBackward(recorded, [root], (gradients) => {
      for (const [i, output] of recorded.entries()) {
        const { tensor, accumulate } = gradients.into(output)!;
        graph.emit(
          addInstructions.backward({ reads: { dy: seeds[i]! }, writes: { dx: tensor }, accumulate }),
        );
      }
    });
    graph.backward([root, ...roots]);
  });

  const executor = new ReferenceExecutor(builder.build());
  for (const { tensor, values } of fillings.values()) executor.write(tensor, values);
  const weights = [
    ...outputs.map((_, i) => fillings.get(`cotangent${i}`)!.values),
    ...losses.map(() => Float64Array.of(1)),
  ];
  /** The loss at the present inputs less that at the first call, output by output: large sums would cost digits. */
  let origin: readonly ArrayLike<number>[] | undefined;
  const loss = async (): Promise<number> => {
    await executor.run('forward');
    const values = await Promise.all([...outputs, ...losses].map((output) => executor.read(output)));
    origin ??= values;
    let sum = 0;
    for (const [o, weight] of weights.entries()) {
      for (let i = 0; i < weight.length; i++) sum += weight[i]! * (values[o]![i]! - origin[o]![i]!);
    }
    return sum;
  };
  await loss();
  await executor.run('backward');
  const errors = new Map<string, number>();
  for (const { tensor, values } of wanted) {
    const gradient = await executor.read(builder.parallel(tensor, 'gradients'));
    let [difference, size] = [0, 0];
    const chosen = random.split(tensor.name, 1).permutation(values.length).subarray(0, samples);
    for (const i of chosen) {
      const at = async (offset: number): Promise<number> => {
        const moved = values.slice();
        moved[i]! += offset;
        executor.write(tensor, moved);
        return loss();
      };
      const slope = await slopeNear(at, gradient[i]!);
      difference += (slope - gradient[i]!) ** 2;
      size += slope ** 2;
    }
    executor.write(tensor, values);
    errors.set(tensor.name, Math.sqrt(difference) / Math.max(Math.sqrt(size), 1e-5));
  }
  return errors;
}

/** Expects every gradient within 1e-6 of its finite differences. */
export async function checkGradients(build: BuildCase, options?: DifferenceOptions): Promise<void> {
  const errors = await gradientErrors(build, options);
  expect(errors.size, 'inputs whose gradient is checked').toBeGreaterThan(0);
  for (const [name, error] of errors)
    expect(error, `relative error of the gradient of ${name}`).toBeLessThan(1e-6);
}

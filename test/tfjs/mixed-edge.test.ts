// The mixed edge of tfjs on its backends, forward and gradients, against the same operations one by one in the reference
// executor, in float64.
import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Random } from '../../src/base/random.ts';
import { Graph, PlanBuilder } from '../../src/kernels/graph.ts';
import { add } from '../../src/kernels/operations/add/definition.ts';
import { softmax } from '../../src/kernels/operations/softmax/definition.ts';
import { ReferenceExecutor } from '../../src/kernels/executors/reference/executor.ts';
import { count, gatherRows, type Tensor } from '../../src/kernels/tensor.ts';
import { type Device, openDevice } from '../../src/kernels/executors/webgpu/device.ts';
import { primitiveCell } from '../../src/supernet/cell-primitive.ts';
import type { CandidateOperation } from '../../src/supernet/layers.ts';
import { Parameters } from '../../src/supernet/parameters.ts';
import { dartsCnn } from '../../src/supernet/spaces/darts-cnn.ts';
import { nasbench201 } from '../../src/supernet/spaces/nasbench201.ts';
import { type MixedEdgeOptions, mixedEdgeWeights } from '../../src/tfjs/edge-arguments.ts';
import { mixedEdge } from '../../src/tfjs/mixed-edge.ts';
import { shareDevice } from '../../src/tfjs/share-device.ts';
import { relativeError } from '../../src/verify/relative-error.ts';
import { withoutGpu } from '../helpers/kernels/on-webgpu.ts';
import { instructions as addInstructions } from '../../src/kernels/operations/add/types.ts';

interface Case {
  readonly shape: [number, number, number, number];
  readonly stride: 1 | 2;
  readonly operations?: readonly CandidateOperation[];
}

/** Not recognised by the fan, so lowered to primitives beside it. */
const own: CandidateOperation = {
  name: 'depthwise_pair',
  layers: [
    { kind: 'depthwise', kernel: 3, stride: 'edge', dilation: 1 },
    { kind: 'relu' },
    { kind: 'depthwise', kernel: 3, stride: 1, dilation: 2 },
    { kind: 'norm' },
  ],
};

const cases: readonly Case[] = [
  { shape: [2, 5, 7, 6], stride: 1 },
  { shape: [3, 5, 7, 6], stride: 2 },
  { shape: [2, 6, 5, 8], stride: 1 },
  { shape: [3, 7, 8, 4], stride: 2 },
  { shape: [3, 4, 3, 3], stride: 1 },
  { shape: [2, 5, 5, 3], stride: 1, operations: nasbench201.operations },
  { shape: [2, 5, 6, 8], stride: 2, operations: [...dartsCnn.operations.slice(0, 5), own] },
];

type Named = ReadonlyMap<string, ArrayLike<number>>;

function drawn(shape: readonly number[], name: string): Float32Array {
  const random = Random.fromSeed(3).split(name);
  return Float32Array.from({ length: count(shape) }, () => random.normal());
}

/** y, and the gradients of sum(y * dy) by x, alpha and every weight. */
async function expected(
  { shape, stride, operations = dartsCnn.operations }: Case,
  weights: Named,
): Promise<Named> {
  const builder = new PlanBuilder();
  const x = builder.persistent('x', 'x', shape);
  const alpha = builder.persistent('alpha', 'alpha', [1, operations.length]);
  const parameters = new Parameters(builder);
  for (const arena of ['x', 'alpha', 'weights']) builder.vector(`d${arena}`, arena);
  const { y, dy } = builder.program('all', () => {
    const graph = new Graph(builder, { x: 'dx', alpha: 'dalpha', weights: 'dweights' });
    const wired = operations.map(({ name }, column) => ({ column, name }));
    const edges = [{ from: 0, node: 0, stride, row: 0, operations: wired }];
    const wiring = { inputs: 1, nodes: 1, inputStride: stride, edges, output: [1], mixed: true, parts: 1 };
    const space = { ...dartsCnn, operations };
    const mix = { operations: softmax(graph, alpha) };
    const [out] = primitiveCell({ graph, parameters, norms: 'search', space, wiring, mix, name: 'e' }, [x]);
    const given = builder.persistent('dy', 'dy', out!.shape);
    const root = graph.activation('root', [1]);
    graph.onBackward([out!], [root], (gradients) => {
      const into = gradients.into(out!)!;
      const writes = { dx: into.tensor };
      graph.emit(addInstructions.backward({ reads: { dy: given }, writes, accumulate: false }));
    });
    graph.backward([root]);
    return { y: builder.keep(add(graph, [out!], 'y')), dy: given };
  });
  const executor = new ReferenceExecutor(builder.build());
  executor.write(x, drawn(shape, 'x'));
  executor.write(alpha, drawn(alpha.shape, 'alpha'));
  executor.write(dy, drawn(dy.shape, 'dy'));
  const named = parameters.list().map(({ name, tensor }) => [name.slice(2), tensor] as const);
  for (const [name, tensor] of named) executor.write(tensor, weights.get(name)!);
  await executor.run('all');
  const read = (tensor: Tensor): Float64Array =>
    gatherRows(executor.of(tensor), new Float64Array(count(tensor.shape)), tensor);
  const gradients = [['x', x], ['alpha', alpha], ...named] as const;
  return new Map([
    ['y', read(y)],
    ...gradients.map(
      ([name, tensor]) => [`d ${name}`, read({ ...tensor, arena: `d${tensor.arena}` })] as const,
    ),
  ]);
}

/** The same through tfjs. */
async function found(
  { shape, stride, operations }: Case,
  weights: Record<string, tf.Tensor>,
): Promise<Named> {
  const options = { stride, ...(operations && { operations }) };
  const names = Object.keys(weights);
  const columns = (operations ?? dartsCnn.operations).length;
  const x = tf.tensor4d(drawn(shape, 'x'), shape);
  const alpha = tf.tensor1d(drawn([columns], 'alpha'));
  const run = (first: tf.Tensor, second: tf.Tensor, ...rest: tf.Tensor[]): tf.Tensor =>
    mixedEdge(first, second, Object.fromEntries(names.map((name, i) => [name, rest[i]!])), options);
  const all = [x, alpha, ...Object.values(weights)] as [tf.Tensor, tf.Tensor, ...tf.Tensor[]];
  const y = run(...all);
  const dy = tf.tensor(drawn(y.shape, 'dy'), y.shape);
  const gradients = tf.grads((...args) => run(...(args as typeof all)))(all, dy);
  const results = new Map<string, ArrayLike<number>>([['y', await y.data()]]);
  for (const [i, name] of ['x', 'alpha', ...names].entries()) {
    expect(gradients[i]!.shape).toEqual(all[i]!.shape);
    results.set(`d ${name}`, await gradients[i]!.data());
  }
  return results;
}

async function check(one: Case, bound: number): Promise<void> {
  const { shape, stride, operations } = one;
  const weights = mixedEdgeWeights(shape[3], { stride, seed: 5, ...(operations && { operations }) });
  const values = new Map<string, ArrayLike<number>>();
  for (const [name, weight] of Object.entries(weights)) values.set(name, await weight.data());
  const wanted = await expected(one, values);
  const results = await found(one, weights);
  expect([...results.keys()].sort()).toEqual([...wanted.keys()].sort());
  const errors = [...results].map(([name, value]) => ({
    name,
    error: relativeError(value, wanted.get(name)!),
  }));
  expect(errors.filter(({ error }) => !(error < bound))).toEqual([]);
}

/** What tfjs holds, here and on the GPU. */
function used(): object {
  const { numTensors, numBytesInGPU } = tf.memory() as tf.MemoryInfo & { numBytesInGPU: number };
  return { numTensors, numBytesInGPU };
}

const title = ({ shape, stride, operations }: Case): string =>
  `[${shape.join()}], stride ${stride}${operations ? `, ${operations.at(-1)!.name}` : ''}`;

describe('on the backend cpu', () => {
  beforeEach(() => tf.setBackend('cpu'));

  it.each(cases.map((one) => [title(one), one] as const))('%s', (_, one) => check(one, 1e-5));

  it.each(['alpha', 'weights'] as const)(
    'holds %s constant, with the same bits elsewhere',
    async (constant) => {
      const weights = mixedEdgeWeights(2);
      const x = tf.tensor4d(drawn([2, 3, 3, 2], 'x'), [2, 3, 3, 2]);
      const alpha = tf.tensor1d(drawn([8], 'alpha'));
      const first = 'sep_conv_3x3.op.1.weight';
      const by = (what: 'alpha' | 'weights', options: MixedEdgeOptions): tf.Tensor =>
        what === 'alpha'
          ? tf.grad((one) => mixedEdge(x, one, weights, options))(alpha)
          : tf.grad((one) => mixedEdge(x, alpha, { ...weights, [first]: one }, options))(weights[first]!);
      const other = constant === 'alpha' ? 'weights' : 'alpha';
      expect(await by(other, { constant }).data()).toEqual(await by(other, {}).data());
      expect(() => by(constant, { constant })).toThrow('Cannot compute gradient');
    },
  );

  it('leaves no tensors behind', () => {
    const weights = mixedEdgeWeights(4);
    const [x, alpha] = [tf.ones([1, 3, 3, 4]), tf.zeros([8])];
    const before = tf.memory().numTensors;
    mixedEdge(x, alpha, weights).dispose();
    tf.dispose(tf.grad((one) => mixedEdge(one, alpha, weights))(x));
    expect(tf.memory().numTensors).toBe(before);
  });

  it.each([
    [
      'a missing weight',
      (w: object) => ({ ...w, 'sep_conv_3x3.op.1.weight': undefined }),
      [8],
      4,
      1,
      /sep_conv_3x3.op.1.weight: this weight is missing/,
    ],
    [
      'weights of other channels',
      () => mixedEdgeWeights(6),
      [8],
      4,
      1,
      /it is float32 \[3, 3, 6, 1\]; pass float32 \[3, 3, 4, 1\]/,
    ],
    [
      'an alpha of another length',
      (w: object) => w,
      [7],
      4,
      1,
      /alpha: it is float32 \[7\]; pass float32 \[8\]/,
    ],
    [
      'odd channels at stride 2',
      (w: object) => w,
      [8],
      3,
      2,
      /it has 3 channels; an operation of stride 2 needs an even number/,
    ],
  ] as const)('refuses %s', (_, change, alphaShape, channels, stride, message) => {
    const weights = change(mixedEdgeWeights(4)) as Record<string, tf.Tensor>;
    const x = tf.ones([1, 4, 4, channels]);
    const alpha = tf.ones([...alphaShape]);
    expect(() => mixedEdge(x, alpha, weights, { stride })).toThrow(message);
  });
});

describe.skipIf(withoutGpu)('on the backend webgpu', () => {
  let opened: Device | undefined;
  beforeEach(async () => {
    opened = await openDevice({ limits: 'default', validate: true });
    shareDevice(opened.device);
    await tf.setBackend('webgpu');
    opened.device.pushErrorScope('validation');
  });
  afterEach(async () => {
    const error = await opened!.device.popErrorScope();
    await tf.setBackend('cpu');
    tf.removeBackend('webgpu');
    opened!.close();
    if (error !== null) throw new Error(error.message);
  });

  it.each(cases.map((one) => [title(one), one] as const))('%s', (_, one) => check(one, 3e-5), 120_000);

  it('frees all memory, and returns the same bits again', async () => {
    const shape: Case['shape'] = [2, 5, 7, 6];
    const weights = mixedEdgeWeights(6);
    const [x, alpha] = [tf.tensor4d(drawn(shape, 'x'), shape), tf.zeros([8])];
    const gradient = async (): Promise<ArrayLike<number>> => {
      const dx = tf.grad((one) => mixedEdge(one, alpha, weights))(x);
      const values = await dx.data();
      dx.dispose();
      return values;
    };
    const first = await gradient();
    const before = used();
    expect(await gradient()).toEqual(first);
    expect(used()).toEqual(before);
  }, 120_000);
});

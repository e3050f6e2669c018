// The tfjs compositions that benchmarks compare fused kernels with compute what those kernels do, by the reference.
import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, it } from 'vitest';
import {
  type Composition,
  fanComposition,
  nodeComposition,
  preprocessComposition,
} from '../../bench/peers/tfjs-kernels.ts';
import type { FanForward } from '../../src/kernels/operations/fan/types.ts';
import type { NodeSumForward } from '../../src/kernels/operations/node-sum/types.ts';
import type { PreprocessForward } from '../../src/kernels/operations/preprocess/types.ts';
import { ReferenceExecutor } from '../../src/kernels/executors/reference/executor.ts';
import type { Tensor } from '../../src/kernels/tensor.ts';
import { fillKernel } from '../../src/measure/fill-kernel.ts';
import { kernelSets } from '../../src/measure/kernel-sets.ts';
import { relativeError } from '../../src/verify/relative-error.ts';
import { withoutGpu } from '../helpers/kernels/on-webgpu.ts';
import { runProgram } from '../helpers/run-cli.ts';

const [set] = kernelSets({ channels: 4, cells: 4, image: 8, batch: 3 }, ({ name }) =>
  /^(fan|nodeSum|preprocess) forward/.test(name),
);
const { plan, kernels } = set!;

beforeAll(() => tf.setBackend('cpu'));

/** Runs a kernel on the reference, `fill` replaces some of the made-up values. */
async function onReference(name: string, fill?: (executor: ReferenceExecutor) => Promise<void>) {
  const executor = new ReferenceExecutor(plan);
  await fillKernel(
    executor,
    kernels.find((kernel) => kernel.name === name)!,
    plan,
  );
  await fill?.(executor);
  await executor.run(name);
  return executor;
}

async function tensorOf(
  executor: ReferenceExecutor,
  tensor: Tensor,
  shape = tensor.shape,
): Promise<tf.Tensor> {
  return tf.tensor(Float32Array.from(await executor.read(tensor)), [...shape]);
}

/** The composition's outputs from the kernel's own inputs. Weights are asked for in the order of the kernel's. */
async function composed(
  { run }: Composition,
  executor: ReferenceExecutor,
  images: readonly Tensor[],
  weights: readonly Tensor[],
  alpha?: tf.Tensor,
): Promise<readonly tf.Tensor[]> {
  const inputs = await Promise.all(images.map((image) => tensorOf(executor, image)));
  const values = await Promise.all(weights.map((weight) => tensorOf(executor, weight)));
  let next = 0;
  const outputs = run((_, shape) => tf.reshape(values[next++]!, [...shape]), inputs as tf.Tensor4D[], alpha);
  expect(next).toBe(weights.length);
  return outputs;
}

async function expectSame(executor: ReferenceExecutor, tensor: Tensor, found: tf.Tensor): Promise<void> {
  expect(found.shape).toEqual(tensor.shape);
  expect(relativeError(await found.data(), await executor.read(tensor))).toBeLessThan(1e-5);
}

async function checkFan(name: string, instruction: FanForward): Promise<void> {
  const { reads, writes, stride } = instruction;
  const executor = await onReference(name);
  const weights = reads.branches.flatMap((branch) => branch.weights);
  const outputs = await composed(fanComposition(instruction), executor, [reads.x], weights);
  let branch = 0;
  const expected = outputs.map((_, i) => {
    const column = (i % 7) + 1;
    if (column <= 2) return writes.pools.find(({ mode }) => (mode === 'max' ? 1 : 2) === column)!.y;
    return column === 3 && stride === 1 ? reads.x : writes.branches[branch++]!.raw.at(-1)!;
  });
  expect(branch).toBe(writes.branches.length);
  for (const [i, tensor] of expected.entries()) await expectSame(executor, tensor, outputs[i]!);
}

async function checkNode(name: string, instruction: NodeSumForward): Promise<void> {
  const { edges, mix } = instruction.reads;
  const alpha = tf.randomNormal([...mix!.shape], 0, 1, 'float32', 1);
  const terms = edges.flatMap((edge) => edge.terms);
  const executor = await onReference(name, async (reference) => {
    reference.write(mix!, await tf.softmax(alpha).data());
    for (const { source, statistics } of terms) {
      if (statistics === undefined) continue;
      const { mean, variance } = tf.moments(await tensorOf(reference, source), [0, 1, 2]);
      const deviation = tf.rsqrt(tf.add(variance, 1e-5));
      reference.write(statistics, await tf.concat([mean, deviation]).data());
    }
  });
  const sources = [...new Set(terms.map(({ source }) => source))];
  const [y] = await composed(nodeComposition(instruction), executor, sources, [], alpha);
  await expectSame(executor, instruction.writes.y, y!);
}

async function checkPreprocess(name: string, instruction: PreprocessForward): Promise<void> {
  const executor = await onReference(name);
  const { xs, weights } = instruction.reads;
  const [y] = await composed(preprocessComposition(instruction), executor, xs, weights);
  await expectSame(executor, instruction.writes.y, y!);
}

it.each(kernels.map((kernel) => [kernel.name, kernel.instruction] as const))(
  '%s',
  async (name, instruction) => {
    if (instruction.op === 'fan') await checkFan(name, instruction as FanForward);
    else if (instruction.op === 'nodeSum') await checkNode(name, instruction as NodeSumForward);
    else await checkPreprocess(name, instruction as PreprocessForward);
  },
);

it('covers both strides of fans, and preprocess of one state, of several, and of a larger one', () => {
  expect(kernels.map(({ form }) => form)).toEqual(
    expect.arrayContaining(['fan forward', 'fan forward stride 2', 'nodeSum forward', 'preprocess forward']),
  );
  const kinds = kernels.flatMap(({ instruction }) =>
    instruction.op === 'preprocess'
      ? [`${Math.min(instruction.reads.xs.length, 2)}/${instruction.reads.weights.length}`]
      : [],
  );
  expect(new Set(kinds)).toEqual(new Set(['1/1', '2/1', '2/2']));
});

it.skipIf(withoutGpu)(
  'the benchmark measures each fused kernel beside its composition',
  async () => {
    const args =
      'tsx --import ./scripts/wgsl.mjs bench/kernels-against-tfjs.ts --device null --rounds 1 --json';
    const cwd = fileURLToPath(new URL('../..', import.meta.url));
    const { code, stdout } = await runProgram('npx', [...args.split(' '), '--batch', '2'], { cwd });
    expect(code).toBe(0);
    const { results } = JSON.parse(stdout) as {
      results: { name: string; pass: string; dispatches: { mixop: number; tfjs: number } }[];
    };
    const names = new Set(results.map(({ name }) => name.replace(/ \d+x\S+/, '')));
    const expected = ['fan', 'fan stride 2', 'nodeSum', 'preprocess', 'mixed edge', 'mixed edge stride 2'];
    expect(names).toEqual(new Set([...expected, 'normal cell', 'reduce cell']));
    expect(results).toHaveLength(2 * names.size);
    for (const { dispatches } of results) expect(dispatches.tfjs).toBeGreaterThan(2 * dispatches.mixop);
  },
  240_000,
);

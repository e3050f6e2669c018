// The wasm executor itself: threads that fail, memory that does not fit or is large, the profile.
import { describe, expect, test } from 'vitest';
import { MixopError } from '../../../src/base/errors.ts';
import { Graph, PlanBuilder } from '../../../src/kernels/graph.ts';
import { crossEntropy } from '../../../src/kernels/operations/cross-entropy/definition.ts';
import { linear } from '../../../src/kernels/operations/linear/definition.ts';
import { relu } from '../../../src/kernels/operations/relu/definition.ts';
import type { Plan } from '../../../src/kernels/plan.ts';
import type { Tensor } from '../../../src/kernels/tensor.ts';
import { createWasmExecutor } from '../../../src/engine/wasm-executor.ts';
import type { WasmExecutor } from '../../../src/kernels/executors/wasm/executor.ts';
import { createMemory } from '../../../src/kernels/executors/wasm/layout.ts';
import { machineBytes } from '../../../src/kernels/executors/wasm/threads.ts';
import { updates } from '../../../src/kernels/updates/types.ts';

interface Classifier {
  readonly plan: Plan;
  readonly x: Tensor;
  readonly labels: Tensor;
  readonly loss: Tensor;
}

/** A linear classifier of 256 rows: forward and backward in the program `step`. */
function classifier(): Classifier {
  const builder = new PlanBuilder();
  const graph = new Graph(builder, { weights: 'gradients' });
  builder.vector('gradients', 'weights');
  const x = builder.persistent('inputs', 'x', [256, 30]);
  const labels = builder.persistent('inputs', 'labels', [256, 1]);
  const weight = builder.persistent('weights', 'weight', [30, 10]);
  const bias = builder.persistent('weights', 'bias', [10]);
  const loss = builder.program('step', () => {
    const outcome = crossEntropy(graph, linear(graph, relu(graph, x), weight, bias), labels);
    graph.backward([outcome.loss]);
    return builder.keep(outcome.loss);
  });
  return { plan: builder.build(), x, labels, loss };
}

/** The error of a run that must fail. */
async function failure(executor: WasmExecutor, program: string): Promise<MixopError> {
  const error: unknown = await executor.run(program).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(MixopError);
  return error as MixopError;
}

describe('a thread that fails', () => {
  test.each([1, 2, 4])('of %i is named with its operation, and nothing runs any more', async (threads) => {
    const builder = new PlanBuilder();
    const [slot, value] = [builder.persistent('inputs', 'slot', [1]), builder.persistent('inputs', 'v', [1])];
    const ring = builder.persistent('rings', 'ring', [5, 1]);
    builder.program('note', () =>
      builder.emit(updates.record({ reads: { slot, values: [value] }, writes: { ring } })),
    );
    const executor = await createWasmExecutor(builder.build(), { threads });
    executor.write(slot, [4]);
    await executor.run('note');
    executor.write(slot, [5]);
    const error = await failure(executor, 'note');
    expect(error.kind).toBe('device');
    expect(error.message).toMatch(
      /^program note: thread \d stopped in record \(ring\): .*unreachable; resume /,
    );
    expect(await failure(executor, 'note')).toBe(error);
    await executor.close();
  });

  test('is noticed when it is killed from outside, and the results before it stand', async () => {
    const { plan, loss } = classifier();
    const executor = await createWasmExecutor(plan, { threads: 3 });
    await executor.run('step');
    expect((await executor.read(loss))[0]).toBeCloseTo(Math.log(10), 5);
    const killed = executor.pool.kill(2);
    const error = await failure(executor, 'step');
    await killed;
    expect(error.message).toMatch(/^program step: thread 2 stopped .*exit code 1; resume /);
    expect(await executor.readArena('weights')).toHaveLength(30 * 12 + 12);
    await executor.close();
  });
});

test('a closed executor says so', async () => {
  const executor = await createWasmExecutor(classifier().plan, { threads: 2 });
  await executor.close();
  expect((await failure(executor, 'step')).message).toBe('wasm executor: it is closed; create another');
});

test.each([0, 1.5, -2, 65, Number.NaN])('%d threads are refused', async (threads) => {
  const created = createWasmExecutor(classifier().plan, { threads });
  await expect(created).rejects.toThrow(`threads: ${threads} is not a whole number from 1 to 64`);
});

/** One ReLU over a tensor that lies behind `megabytes` of others. */
function behind(megabytes: number): { plan: Plan; x: Tensor; y: Tensor } {
  const builder = new PlanBuilder();
  const graph = new Graph(builder, {});
  builder.persistent('arena', 'before', [megabytes, 250_000]);
  const x = builder.persistent('arena', 'x', [50, 7]);
  const y = builder.program('relu', () => builder.keep(relu(graph, x)));
  return { plan: builder.build(), x, y };
}

describe('memory', () => {
  test('over 4 GiB is refused before anything runs, with the figure', async () => {
    const created = createWasmExecutor(behind(4500).plan, { threads: 1 });
    await expect(created).rejects.toThrow(
      /^memory: the plan needs 4\.19 GiB, and the wasm executor has at most 4\.00 GiB; lower the batch size, the channels/,
    );
  });

  test('that the machine does not have is refused, too', () => {
    expect(() => createMemory(3 * 2 ** 30, 2 ** 31)).toThrow(
      /^memory: the plan needs 3\.00 GiB, and this machine has 2\.00 GiB; lower the batch size/,
    );
  });

  const fitting = [10, 2500, 4200].filter((megabytes) => megabytes * 1e6 < machineBytes());
  if (fitting.length < 3) console.log('skipped: tensors beyond what this machine has of memory');

  test.each(fitting)('%i MB before a tensor leave its results right', async (megabytes) => {
    const { plan, x, y } = behind(megabytes);
    const executor = await createWasmExecutor(plan, { threads: 2 });
    const values = Array.from({ length: 350 }, (_, i) => 175 - i);
    executor.write(x, values);
    await executor.run('relu');
    expect([...(await executor.read(y))]).toEqual(values.map((value) => Math.max(value, 0)));
    await executor.close();
  });
});

test('a profile counts the work of every kind of operation', async () => {
  const executor = await createWasmExecutor(classifier().plan, { threads: 2 });
  const profile = await executor.profile('step');
  const kinds = new Map(profile.map((one) => [one.kind, one]));
  expect([...kinds.keys()].sort()).toEqual([
    'crossEntropy backward',
    'crossEntropy forward',
    'linear backward',
    'linear forward',
    'relu forward',
  ]);
  expect(kinds.get('linear forward')).toMatchObject({ launches: 1, flops: 2 * 256 * 30 * 10 });
  for (const { milliseconds } of profile) expect(milliseconds).toBeGreaterThan(0);
  await executor.close();
});

test('a label that is no class makes the loss NaN', async () => {
  const { plan, labels, loss } = classifier();
  const executor = await createWasmExecutor(plan, { threads: 2 });
  executor.write(
    labels,
    Float32Array.from({ length: 256 }, (_, i) => (i === 255 ? 10 : 9)),
  );
  await executor.run('step');
  expect((await executor.read(loss))[0]).toBeNaN();
  await executor.close();
});

test('two programs at once are refused', async () => {
  const executor = await createWasmExecutor(classifier().plan, { threads: 1 });
  const first = executor.run('step');
  await expect(executor.run('step')).rejects.toThrow('program step started while another runs');
  await first;
  await executor.close();
});

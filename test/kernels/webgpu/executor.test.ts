// The webgpu executor itself: answers of the published code, lost devices, memory that does not fit.
import { describe, expect, test, vi } from 'vitest';
import { MixopError } from '../../../src/base/errors.ts';
import { Graph, PlanBuilder } from '../../../src/kernels/graph.ts';
import { relu } from '../../../src/kernels/operations/relu/definition.ts';
import type { Plan } from '../../../src/kernels/plan.ts';
import { createWebGpuExecutor, type WebGpuOptions } from '../../../src/kernels/executors/webgpu/executor.ts';
import { createExecutor } from '../../../src/engine/executors.ts';
import { checkAgainstWasm, demoSupernet } from '../../../src/verify/against-wasm.ts';
import { passed } from '../../../src/verify/result.ts';
import { fixtureResults } from '../../../src/verify/suite.ts';
import { withoutGpu } from '../../helpers/kernels/on-webgpu.ts';

/** y = ReLU(x) in the program `step`. */
function rectifier(size: number) {
  const builder = new PlanBuilder();
  const x = builder.persistent('inputs', 'x', [1, 1, size, 3]);
  const y = builder.program('step', () => builder.keep(relu(new Graph(builder, {}), x)));
  return { plan: builder.build(), x, y };
}

function create(plan: Plan) {
  return createExecutor(plan, { executor: 'webgpu' });
}

async function failureOf(promise: Promise<unknown>): Promise<MixopError> {
  const error: unknown = await promise.catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(MixopError);
  return error as MixopError;
}

describe.skipIf(withoutGpu)('the webgpu executor', () => {
  test('returns the published answers of a small supernet', { timeout: 180_000 }, async () => {
    const results = await fixtureResults('data/verify/darts-c4-l3', create);
    expect(results.length).toBeGreaterThan(5);
    expect(results.filter((result) => !passed(result))).toEqual([]);
  });

  test('agrees with wasm on a step from equal states', { timeout: 180_000 }, async () => {
    const results = await checkAgainstWasm({ ...demoSupernet, cells: 3, batch: 16 }, create);
    expect(results).toHaveLength(3);
    expect(results.filter((result) => !passed(result))).toEqual([]);
    // Different orders of summing: what agrees to the bit was compared with itself.
    expect(Math.max(...results.map(({ error }) => error))).toBeGreaterThan(0);
  });

  test('every call reports a lost device, with the remedy', async () => {
    const { plan, x, y } = rectifier(5);
    const executor = await createWebGpuExecutor(plan);
    executor.write(x, [-1, 2, -3, 4, ...Array.from({ length: 11 }, () => 0)]);
    await executor.run('step');
    expect([...(await executor.read(y))].slice(0, 4)).toEqual([0, 2, 0, 4]);
    executor.device.destroy();
    const error = await failureOf(executor.read(y));
    expect(error.kind).toBe('device');
    expect(error.message).toMatch(/the device was lost: .*; resume the run from its last checkpoint/);
    expect(await failureOf(executor.run('step'))).toBe(error);
    await executor.close();
  });

  test('takes another plan: arenas keep what they hold, memory grows, no pipeline is compiled twice', async () => {
    const first = new PlanBuilder();
    const x = first.persistent('inputs', 'x', [1, 1, 5000, 3]);
    /** ReLU of x, `times` over; all that was computed stays. */
    const planOf = (times: number) => {
      const builder = first.fork();
      const outputs = builder.program('step', () => {
        const graph = new Graph(builder, {});
        const all = [x];
        for (let time = 0; time < times; time++) all.push(builder.keep(relu(graph, all[time]!)));
        return all.slice(1);
      });
      return { plan: builder.build(), last: outputs.at(-1)! };
    };
    const plans = [2, 4, 3].map(planOf);
    const executor = await createWebGpuExecutor(plans[0]!.plan, { growable: true });
    const compile = vi.spyOn(executor.device, 'createComputePipelineAsync');
    const values = Float32Array.from({ length: 15_000 }, (_, i) => (i % 7) - 3);
    executor.write(x, values);
    const bytes: number[] = [];
    for (const { plan, last } of plans) {
      await executor.reprogram(plan);
      executor.poison();
      await executor.run('step');
      expect(await executor.read(last)).toEqual(values.map((value) => Math.max(value, 0)));
      bytes.push(executor.deviceCost('step').deviceBytes);
    }
    expect(compile).not.toHaveBeenCalled();
    expect(bytes[1]).toBeGreaterThan(bytes[0]! + 150_000);
    expect(bytes[2]).toBe(bytes[1]);
    await executor.close();
    await expect(executor.reprogram(plans[0]!.plan)).rejects.toThrow('it is closed');
  });

  test('a closed executor says so', async () => {
    const executor = await createWebGpuExecutor(rectifier(1).plan);
    await executor.close();
    expect((await failureOf(executor.run('step'))).message).toMatch(/it is closed; create another/);
  });

  test.each<[string, WebGpuOptions, RegExp]>([
    [
      'an adapter that does not exist',
      { adapter: 'nonsense' },
      /--adapter: no adapter is named "nonsense"; known: .+, null/,
    ],
    [
      'an arena that no buffer holds',
      { maxBufferBytes: 1024 },
      /MiB in one buffer, and the adapter binds at most \d+ MiB/,
    ],
  ])('%s is refused', async (_, options, message) => {
    const error = await failureOf(createWebGpuExecutor(rectifier(5000).plan, options));
    expect(error.message).toMatch(message);
  });

  test('reports what a program costs, on a device that computes nothing', async () => {
    const executor = await createWebGpuExecutor(rectifier(8).plan, { adapter: 'null' });
    await executor.run('step');
    const { dispatches, hostMs, modelledBytes, deviceBytes } = executor.deviceCost('step');
    expect([dispatches, modelledBytes]).toEqual([1, 2 * 8 * 4 * 4]);
    expect(hostMs).toBeGreaterThan(0);
    expect(deviceBytes).toBeGreaterThan(2 * 8 * 4 * 4);
    await executor.close();
  });
});

// The webgpu executor for comparisons with the reference: every device in an error scope, validated by Dawn. Where there
// is no adapter the tests are skipped with the reason, and fail in continuous integration.
import { expect, type TestContext } from 'vitest';
import type { Plan } from '../../../src/kernels/plan.ts';
import { openDevice } from '../../../src/kernels/executors/webgpu/device.ts';
import type { Schedule } from '../../../src/kernels/webgpu/dispatch.ts';
import { createWebGpuExecutor, type WebGpuOptions } from '../../../src/kernels/executors/webgpu/executor.ts';
import { lowerPlan } from '../../../src/kernels/executors/webgpu/lower.ts';
import type { ExecutorName } from '../../../src/engine/executors.ts';
import type { ComparedExecutor, Variant } from './operation-cases.ts';

const problem = await openDevice().then(
  (device) => {
    device.close();
    return undefined;
  },
  (error: unknown) => String(error),
);

/** For `describe.skipIf`. */
export const withoutGpu = problem !== undefined && process.env['CI'] === undefined;
if (withoutGpu) console.log(`skipped: ${problem}`);

/** In a test of any executor: skips that of webgpu where there is no adapter, with the reason. */
export function skipWithoutGpu(executor: ExecutorName, skip: TestContext['skip']): void {
  skip(executor === 'webgpu' && withoutGpu, problem);
}

/**
 * Two ways to run a schedule that must give the same bits: with the default limits and few large buffers; with what the
 * adapter offers, smaller workgroups, and hardly more than one arena or slab in a buffer.
 */
export function onWebGpu(...schedules: readonly Schedule[]): readonly Variant[] {
  return schedules.flatMap((schedule) => {
    const variant = (label: string, options: (plan: Plan) => WebGpuOptions): Variant => ({
      label: `${schedule}, ${label}`,
      create: (plan) => createInScope(plan, { schedule, validate: true, ...options(plan) }),
      group: schedule,
    });
    return [
      variant('default limits', () => ({ limits: 'default', workgroup: 64 })),
      variant('offered limits', (plan) => ({
        workgroup: 32,
        maxBufferBytes: largestRangeBytes(plan, schedule),
      })),
    ];
  });
}

/** Bytes of the largest arena or slab. */
function largestRangeBytes(plan: Plan, schedule: Schedule): number {
  const { workspaceSlabs } = lowerPlan(plan, schedule, Infinity);
  return Math.ceil(Math.max(...Object.values(plan.arenas), ...plan.slabs, ...workspaceSlabs) / 64) * 256;
}

/** Its `close` fails where WebGPU reported an error. */
export async function createInScope(plan: Plan, options: WebGpuOptions): Promise<ComparedExecutor> {
  const executor = await createWebGpuExecutor(plan, options);
  executor.device.pushErrorScope('validation');
  return {
    run: (program) => executor.run(program),
    readArena: (arena) => executor.readArena(arena),
    write: (tensor, values) => executor.write(tensor, values),
    of: (tensor) => executor.of(tensor),
    poison: () => executor.poison(),
    async close() {
      const error = await executor.device.popErrorScope();
      await executor.close();
      expect(error?.message).toBeUndefined();
    },
  };
}

// Takes a plan to a device: lowered, placed in buffers, compiled and bound, all before anything runs.

import { MixopError } from '../../../base/errors.ts';
import type { Plan } from '../../plan.ts';
import type { Device } from './device.ts';
import type { Schedule } from '../../webgpu/dispatch.ts';
import { fitted } from './fit.ts';
import { Layout } from './layout.ts';
import { type LoweredPlan, lowerPlan } from './lower.ts';
import { type Pipeline, prepare, type Prepared } from './pipelines.ts';
import type { Lowerings } from './table.ts';

/** What is the same for all plans of an executor. */
export interface Target {
  readonly opened: Device;
  readonly schedule: Schedule;
  /** Threads of a workgroup, for kernels that leave it open. */
  readonly workgroup: number;
  /** The most bytes of a GPU buffer. */
  readonly maxBytes: number;
  /** A plan over the same arenas with larger slabs may follow. */
  readonly growable: boolean;
  /** The kernels of each operation. */
  readonly lowerings: Lowerings;
  /** By text; new ones are added. */
  readonly pipelines: Map<string, Pipeline>;
}

/** A plan that is ready to run. */
export interface Loaded {
  readonly plan: Plan;
  readonly lowered: LoweredPlan;
  readonly layout: Layout;
  /** By their number in the layout, at least as many and as large. */
  readonly buffers: readonly GPUBuffer[];
  readonly programs: ReadonlyMap<string, readonly Prepared[]>;
  /** Uniform words of all dispatches. */
  readonly words: GPUBuffer;
}

/** before: the plan loaded so far, over the same arenas; its buffers are used again where they are large enough. */
export async function load(plan: Plan, target: Target, before?: Loaded): Promise<Loaded> {
  const { opened, schedule, workgroup, maxBytes, growable, lowerings, pipelines } = target;
  const { device } = opened;
  const joined = lowerPlan(plan, schedule, maxBytes, lowerings);
  const layout = new Layout(plan, joined.workspaceSlabs, maxBytes, growable ? 'kind' : 'any');
  const lowered = fitted(joined, layout, device.limits.maxStorageBuffersPerShaderStage);
  const buffers = await allocate(device, layout, before?.buffers ?? []);
  const options = { workgroup, specialise: schedule === 'workgroup' };
  let prepared: Awaited<ReturnType<typeof prepare>>;
  try {
    prepared = await prepare(device, lowered, layout, buffers, options, pipelines);
  } catch (error) {
    for (const buffer of buffers) if (!before?.buffers.includes(buffer)) buffer.destroy();
    throw error;
  }
  // The device finishes what was submitted before it frees them.
  before?.words.destroy();
  for (const buffer of before?.buffers ?? []) if (!buffers.includes(buffer)) buffer.destroy();
  return { plan, lowered, layout, buffers, ...prepared };
}

async function allocate(
  device: GPUDevice,
  layout: Layout,
  known: readonly GPUBuffer[],
): Promise<readonly GPUBuffer[]> {
  device.pushErrorScope('out-of-memory');
  const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
  const buffers = layout.buffers.map((size, index) => {
    const before = known[index];
    if (before !== undefined && before.size >= size) return before;
    return device.createBuffer({ label: `memory ${index}`, size, usage });
  });
  const error = await device.popErrorScope();
  if (error === null) return [...buffers, ...known.slice(buffers.length)];
  for (const buffer of buffers) if (!known.includes(buffer)) buffer.destroy();
  const problem = `the plan needs ${(layout.bytes / 2 ** 30).toFixed(2)} GiB, and the device is out of memory`;
  throw new MixopError(
    'device',
    'memory',
    problem,
    'lower the batch size, the channels or the number of cells',
  );
}

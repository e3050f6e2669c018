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

/** What stays as it is from plan to plan. */
export interface Target {
  readonly opened: Device;
  readonly schedule: Schedule;
  /** Threads of a workgroup, for kernels that leave it open. */
  readonly workgroup: number;
  /** Bytes of a GPU buffer at most. */
  readonly most: number;
  /** Another plan over the same arenas may follow, whose slabs are larger. */
  readonly growable: boolean;
  /** The kernels of each operation. */
  readonly lowerings: Lowerings;
  /** By text; it takes the new ones. */
  readonly pipelines: Map<string, Pipeline>;
}

/** A plan that is ready to be run. */
export interface Loaded {
  readonly plan: Plan;
  readonly lowered: LoweredPlan;
  readonly layout: Layout;
  /** By their number in the layout; they may be larger than there, and more. */
  readonly buffers: readonly GPUBuffer[];
  readonly programs: ReadonlyMap<string, readonly Prepared[]>;
  /** Uniform words of all dispatches. */
  readonly words: GPUBuffer;
}

/** before: what was loaded until now, over the same arenas; its buffers serve on where they are large enough. */
export async function load(plan: Plan, target: Target, before?: Loaded): Promise<Loaded> {
  const { opened, schedule, workgroup, most, growable, lowerings, pipelines } = target;
  const { device } = opened;
  const joined = lowerPlan(plan, schedule, most, lowerings);
  const layout = new Layout(plan, joined.pieces, most, growable ? 'kind' : 'any');
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
  // What was submitted is computed first.
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
    const there = known[index];
    if (there !== undefined && there.size >= size) return there;
    return device.createBuffer({ label: `memory ${index}`, size, usage });
  });
  const error = await device.popErrorScope();
  if (error === null) return [...buffers, ...known.slice(buffers.length)];
  for (const buffer of buffers) if (!known.includes(buffer)) buffer.destroy();
  const problem = `the plan needs ${(layout.bytes / 2 ** 30).toFixed(2)} GiB, and the device refuses it`;
  throw new MixopError(
    'device',
    'memory',
    problem,
    'lower the batch size, the channels or the number of cells',
  );
}

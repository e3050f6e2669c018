// Shared parts of the benchmarks against tfjs: times and counts of the work that both submit to a device.

import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { isSoftware, waitAsleep } from '../src/kernels/executors/webgpu/device.ts';

/** Milliseconds: until all work is submitted, until the device has finished, and of processor time in all threads. */
export interface Times {
  readonly host: number;
  readonly whole: number;
  readonly processor: number;
}

/** Submits what tfjs has recorded. */
export function submitAll(backend: WebGPUBackend): void {
  backend.ensureCommandEncoderReady();
  backend.endComputePassEncoder();
  backend.submitQueue();
}

/** submit: returns the host's milliseconds. */
export async function timed(device: GPUDevice, submit: () => Promise<number>): Promise<Times> {
  const [start, used] = [performance.now(), process.cpuUsage()];
  const host = await submit();
  // Both wait as executors do: on a software adapter, without using a core.
  const finished = device.queue.onSubmittedWorkDone();
  await (isSoftware(device.adapterInfo) ? waitAsleep(finished) : finished);
  const { user, system } = process.cpuUsage(used);
  return { host, whole: performance.now() - start, processor: (user + system) / 1000 };
}

/** Calls of kernels while `run` runs. */
export async function countDispatches(run: () => Promise<unknown>): Promise<number> {
  const { prototype } = GPUComputePassEncoder;
  const dispatch = Reflect.get(prototype, 'dispatchWorkgroups');
  let dispatches = 0;
  prototype.dispatchWorkgroups = function (...args) {
    dispatches += 1;
    return dispatch.apply(this, args);
  };
  try {
    await run();
  } finally {
    prototype.dispatchWorkgroups = dispatch;
  }
  return dispatches;
}

export function spread(values: readonly number[]) {
  const sorted = values.toSorted((a, b) => a - b);
  return { median: sorted[sorted.length >> 1]!, min: sorted[0]!, max: sorted.at(-1)! };
}

export function medianOf(times: readonly Times[]): Times {
  const of = (what: keyof Times): number => spread(times.map((one) => one[what])).median;
  return { host: of('host'), whole: of('whole'), processor: of('processor') };
}

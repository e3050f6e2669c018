// Times every kernel of an executor separately, in rounds over all kernels, so that a slow minute of the machine affects
// all of them.

import { quantile } from '../base/statistics.ts';
import type { Executor } from '../kernels/executor.ts';
import { multiplyAdds } from '../kernels/operations/multiply-adds.ts';
import { createExecutor, type ExecutorOptions } from '../engine/executors.ts';
import { fillKernel } from './fill-kernel.ts';
import { type Kernel } from './kernel-programs.ts';
import type { KernelSet } from './kernel-sets.ts';
import { type Patience, sample } from './sampler.ts';

export interface KernelTimes {
  readonly name: string;
  /** By round: milliseconds of a call, from the host's call to the end of its work. */
  readonly wall: readonly number[];
  /** By round, by the device's own clock: the kernel's dispatches together. Absent where there is none. */
  readonly device?: readonly number[];
  /** Stages or dispatches. */
  readonly launches: number;
  /** Counted from the kernels' design: operations, including recomputed ones, and bytes loaded and stored. */
  readonly flops: number;
  readonly bytes: number;
  /** Of convolutions and linear layers, as papers count them. */
  readonly multiplyAdds: number;
}

interface MeasureKernelsOptions {
  readonly executor: ExecutorOptions;
  readonly sets: readonly KernelSet[];
  readonly rounds: number;
  readonly patience: Patience;
  /** Before each kernel of each round. */
  readonly onKernel?: (done: number, kernel: string) => void;
}

interface KernelsMeasurement {
  readonly executor: string;
  readonly adapter?: string;
  readonly threads: number;
  readonly kernels: readonly KernelTimes[];
}

/** Timestamped runs of a kernel per round. */
const clocked = 5;

export async function measureKernels(options: MeasureKernelsOptions): Promise<KernelsMeasurement> {
  const { sets, rounds, patience, onKernel } = options;
  const executors: Executor[] = [];
  try {
    for (const { plan } of sets) executors.push(await createExecutor(plan, options.executor));
    const times = sets.map(({ kernels }) =>
      kernels.map(() => ({ wall: [] as number[], device: [] as number[] })),
    );
    let done = 0;
    for (let round = 0; round < rounds; round++) {
      for (const [i, { kernels, plan }] of sets.entries()) {
        const executor = executors[i]!;
        for (const [j, kernel] of kernels.entries()) {
          onKernel?.(done++, kernel.name);
          await fillKernel(executor, kernel, plan);
          const { wall, device } = times[i]![j]!;
          wall.push(await sample(kernel.name, () => runToItsEnd(executor, kernel.name), patience));
          const clock = await deviceTime(executor, kernel);
          if (clock !== undefined) device.push(clock);
        }
      }
    }
    const { name, adapter, threads } = executors[0]!;
    const kernels = sets.flatMap((set, i) =>
      set.kernels.map((kernel, j): KernelTimes => {
        const { wall, device } = times[i]![j]!;
        const work = executors[i]!.work?.(kernel.name) ?? { launches: 1, flops: 0, bytes: 0 };
        const clock = device.length > 0 ? { device } : {};
        return { name: kernel.name, wall, ...clock, ...work, multiplyAdds: multiplyAdds(kernel.instruction) };
      }),
    );
    return { executor: name, ...(adapter !== undefined && { adapter }), threads, kernels };
  } finally {
    for (const executor of executors) await executor.close();
  }
}

async function runToItsEnd(executor: Executor, program: string): Promise<void> {
  await executor.run(program);
  await executor.finished?.();
}

/** Median milliseconds by the device's clock; undefined on the processor. */
async function deviceTime(executor: Executor, { name }: Kernel): Promise<number | undefined> {
  if (executor.deviceCost === undefined || executor.profile === undefined) return undefined;
  const times: number[] = [];
  for (let i = 0; i < clocked; i++) {
    const kinds = await executor.profile(name);
    times.push(kinds.reduce((sum, { milliseconds }) => sum + milliseconds, 0));
  }
  return quantile(
    times.toSorted((a, b) => a - b),
    0.5,
  );
}

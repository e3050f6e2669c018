// Times whole search steps on synthetic data, for `mixop bench step`.

import { quantile } from '../base/statistics.ts';
import { Random } from '../base/random.ts';
import type { DeviceCost, Executor, KindProfile } from '../kernels/executor.ts';
import { multiplyAddsOf } from '../kernels/operations/multiply-adds.ts';
import { count } from '../kernels/tensor.ts';
import { resolveConfig } from '../search/resolve.ts';
import { buildSearchPlan, type SearchPlan } from '../search/images/plan.ts';
import { createExecutor, type ExecutorOptions } from '../engine/executors.ts';
import { initialiseParameters } from '../engine/session.ts';
import { imageSpaceNamed } from '../supernet/spaces/named.ts';

/** Of a device, where there is one, with the median of `hostMs`. */
export interface StepMeasurement extends Partial<DeviceCost> {
  /** Milliseconds per step. */
  readonly median: number;
  readonly p5: number;
  readonly p95: number;
  readonly steps: number;
  readonly threads: number;
  readonly parameters: number;
  /** Multiply-adds per step (convolutions and linear layers, all passes). */
  readonly multiplyAdds: number;
  /** Two operations per multiply-add, over the median time. */
  readonly gflops: number;
  /** Bytes of activations (slabs) and of arenas, at the executor's precision. */
  readonly activationBytes: number;
  readonly arenaBytes: number;
  /** Peak resident memory of the process so far. */
  readonly peakResidentBytes: number;
  /** The GPU, as its driver names it. */
  readonly adapter?: string;
  /** Share of the time by kind of operation, where the executor measures it. */
  readonly profile?: readonly StepShare[];
}

interface StepShare {
  readonly kind: string;
  readonly milliseconds: number;
  readonly share: number;
  /** Of the kernels' own counted operations and bytes. */
  readonly gflops: number;
  readonly gigabytesPerSecond: number;
}

export interface MeasureStepOptions {
  readonly executor: ExecutorOptions;
  readonly space: string;
  readonly channels: number;
  readonly cells: number;
  /** Height and width; 3 channels. */
  readonly image: number;
  readonly batch: number;
  readonly order: 1 | 2;
  readonly warmup: number;
  readonly steps: number;
  readonly onStep?: (done: number, milliseconds: number) => void;
}

/** Runs warm-up steps, then measures. */
export async function measureStep(options: MeasureStepOptions): Promise<StepMeasurement> {
  const { space, channels, cells, batch, order, image, warmup, steps } = options;
  // A batch of one image is no good to learn from, but can be timed.
  const config = { ...resolveConfig({ space, channels, cells, order }), batch };
  const searchPlan = buildSearchPlan({
    space: imageSpaceNamed(space),
    config,
    image: { height: image, width: image, channels: 3 },
    classes: 10,
    evaluated: batch,
  });
  const executor = await createExecutor(searchPlan.plan, options.executor);
  try {
    prepare(executor, searchPlan);
    const times: number[] = [];
    const hostTimes: number[] = [];
    for (let step = -warmup; step < steps; step++) {
      const before = performance.now();
      await executor.run('step');
      const milliseconds = performance.now() - before;
      if (step >= 0) times.push(milliseconds);
      const cost = executor.deviceCost?.('step');
      if (step >= 0 && cost !== undefined) hostTimes.push(cost.hostMs);
      options.onStep?.(step + warmup + 1, milliseconds);
    }
    times.sort((a, b) => a - b);
    hostTimes.sort((a, b) => a - b);
    const at = (q: number): number => quantile(times, q);
    const cost = executor.deviceCost?.('step');
    const work = multiplyAddsOf(searchPlan.plan.programs['step']!);
    const width = executor.precision === 'float32' ? 4 : 8;
    const total = (sizes: readonly number[]): number => sizes.reduce((sum, size) => sum + size * width, 0);
    const profile = executor.profile && (await medianProfile(() => executor.profile!('step')));
    const spent = profile?.reduce((sum, kind) => sum + kind.milliseconds, 0) ?? 0;
    return {
      median: at(0.5),
      p5: at(0.05),
      p95: at(0.95),
      steps,
      threads: executor.threads,
      parameters: searchPlan.problem.parameters.count(),
      multiplyAdds: work,
      gflops: (2 * work) / at(0.5) / 1e6,
      activationBytes: total(searchPlan.plan.slabs),
      arenaBytes: total(Object.values(searchPlan.plan.arenas)),
      peakResidentBytes: process.resourceUsage().maxRSS * 1024,
      ...(executor.adapter !== undefined && { adapter: executor.adapter }),
      ...(cost && { ...cost, hostMs: quantile(hostTimes, 0.5) }),
      ...(profile && {
        profile: profile.map(({ kind, milliseconds, flops, bytes }) => ({
          kind,
          milliseconds,
          share: milliseconds / spent,
          gflops: flops / milliseconds / 1e6,
          gigabytesPerSecond: bytes / milliseconds / 1e6,
        })),
      }),
    };
  } finally {
    await executor.close();
  }
}

/** Number of profiles whose median is taken by kind: a preempted thread counts other processes' time. */
const profiled = 5;

async function medianProfile(run: () => Promise<readonly KindProfile[]>): Promise<readonly KindProfile[]> {
  const kinds = new Map<string, KindProfile[]>();
  for (let i = 0; i < profiled; i++) {
    for (const kind of await run()) kinds.set(kind.kind, [...(kinds.get(kind.kind) ?? []), kind]);
  }
  return [...kinds.values()]
    .map((runs) => runs.toSorted((a, b) => a.milliseconds - b.milliseconds)[Math.floor(runs.length / 2)]!)
    .sort((a, b) => b.milliseconds - a.milliseconds);
}

/** Initial weights, and batches of standard normal pixels. */
function prepare(executor: Executor, { problem, batches }: SearchPlan): void {
  const random = Random.fromSeed(0);
  initialiseParameters(executor, problem.parameters.list(), random.split('weights'));
  for (const [split, { images, labels }] of Object.entries(batches)) {
    const stream = random.split(split);
    executor.write(
      images,
      Float32Array.from({ length: count(images.shape) }, () => stream.normal()),
    );
    executor.write(
      labels,
      Float32Array.from({ length: labels.shape[0]! }, () => stream.below(10)),
    );
  }
  executor.write(problem.weightRate, [0.025]);
  problem.alphaUpdate.write(executor, 3e-4, 1);
}

// The executor for GPUs: WGSL kernels through WebGPU. Pipelines, bind groups and uniform words are made once; a run
// encodes prepared dispatches into one command buffer (or several of a fixed length) and creates nothing else.

import type { DeviceCost, Executor, KindProfile, ProgramWork, Values } from '../../executor.ts';
import { checkArenas, type Placement, type Plan } from '../../plan.ts';
import { type CountedWork, profileOf, totalWork } from '../profile.ts';
import { count, extent, gatherRows, scatterRows, type Tensor } from '../../tensor.ts';
import { type DeviceOptions, openDevice } from './device.ts';
import type { Schedule } from '../../webgpu/dispatch.ts';
import type { Range } from './layout.ts';
import { load, type Loaded, type Target } from './load.ts';
import type { Prepared } from './pipelines.ts';
import { timeDispatches } from './profile.ts';

export interface WebGpuOptions extends DeviceOptions {
  /** By default `tiles` on a software adapter and `workgroup` on a GPU. */
  readonly schedule?: Schedule;
  /** Threads of a workgroup, for kernels that leave it open. */
  readonly workgroup?: number;
  /** Dispatches of one submit at most; by default all of a program in one, 64 in a page and on a software adapter. */
  readonly dispatchesPerSubmit?: number;
  /** Bytes of a GPU buffer at most; by default as many as the device can bind. */
  readonly largestBuffer?: number;
  /** `reprogram` may follow. */
  readonly growable?: boolean;
}

/** Runs that may be under way: the host encodes one while the device computes the one before. */
const mostRuns = 2;

export async function createWebGpuExecutor(plan: Plan, options: WebGpuOptions = {}): Promise<WebGpuExecutor> {
  const opened = await openDevice(options);
  try {
    const { device, software, inPage } = opened;
    const { maxBufferSize, maxStorageBufferBindingSize } = device.limits;
    const target: Target = {
      opened,
      schedule: options.schedule ?? (software ? 'tiles' : 'workgroup'),
      workgroup: options.workgroup ?? 64,
      most: Math.min(maxBufferSize, maxStorageBufferBindingSize, options.largestBuffer ?? Infinity),
      growable: options.growable ?? false,
      pipelines: new Map(),
    };
    const dispatchesPerSubmit = options.dispatchesPerSubmit ?? (software || inPage ? 64 : Infinity);
    return new WebGpuExecutor(target, await load(plan, target), dispatchesPerSubmit);
  } catch (error) {
    opened.close();
    throw error;
  }
}

export class WebGpuExecutor implements Executor {
  readonly name = 'webgpu';
  readonly precision = 'float32';
  readonly threads = 1;
  /** Of the device, as the driver names it. */
  readonly adapter: string;
  /** Only where the device has timestamps. */
  readonly profile: Executor['profile'];
  private readonly target: Target;
  private loaded: Loaded;
  private readonly dispatchesPerSubmit: number;
  private placements: ReadonlyMap<number, Placement> = new Map();
  private readonly underWay: Promise<unknown>[] = [];
  private hostMs = 0;

  constructor(target: Target, loaded: Loaded, dispatchesPerSubmit: number) {
    this.target = target;
    this.loaded = loaded;
    this.dispatchesPerSubmit = dispatchesPerSubmit;
    this.adapter = target.opened.name;
    this.profile = target.opened.timestamps ? (program) => this.timed(program) : undefined;
  }

  get device(): GPUDevice {
    return this.target.opened.device;
  }

  /** Arenas and pipelines stay; slabs grow where the plan needs more. */
  async reprogram(plan: Plan): Promise<void> {
    this.check();
    if (!this.target.growable) throw new Error('reprogrammed, and not made growable');
    checkArenas(this.loaded.plan, plan);
    this.loaded = await load(plan, this.target, this.loaded);
    this.placements = new Map();
  }

  write(tensor: Tensor, values: ArrayLike<number>): void {
    const rows = new Float32Array(extent(tensor));
    scatterRows(values, rows, tensor);
    this.upload(this.loaded.layout.tensor(tensor, this.placements), rows);
  }

  async read(tensor: Tensor): Promise<Values> {
    return gatherRows(await this.of(tensor), new Float32Array(count(tensor.shape)), tensor);
  }

  /** The elements of a tensor, spare lanes included. */
  of(tensor: Tensor): Promise<Float32Array> {
    return this.download(this.loaded.layout.tensor(tensor, this.placements));
  }

  readArena(arena: string): Promise<Values> {
    return this.download(this.loaded.layout.arena(arena));
  }

  writeArena(arena: string, values: Values): void {
    this.upload(this.loaded.layout.arena(arena), Float32Array.from(values));
  }

  /** Submits a program, after the one before the last is through. Whatever reads sees its results. */
  async run(program: string): Promise<void> {
    this.check();
    const before = performance.now();
    this.submit(program);
    this.hostMs = performance.now() - before;
    this.underWay.push(this.device.queue.onSubmittedWorkDone());
    if (this.underWay.length >= mostRuns) await this.target.opened.wait(this.underWay.shift()!);
    this.check();
  }

  async finished(): Promise<void> {
    await this.target.opened.wait(Promise.all(this.underWay.splice(0)));
    this.check();
  }

  /** Encodes and submits a program: all that the host does for a run. */
  private submit(program: string): void {
    const { dispatchesPerSubmit } = this;
    const dispatches = this.programOf(program);
    this.placements = this.loaded.plan.programs[program]!.placements;
    const { device } = this;
    for (let from = 0; from < dispatches.length; from += dispatchesPerSubmit) {
      const encoder = device.createCommandEncoder();
      const pass = encoder.beginComputePass();
      let last: GPUComputePipeline | undefined;
      const to = Math.min(dispatches.length, from + dispatchesPerSubmit);
      for (let index = from; index < to; index++) {
        const { pipeline, group, x, y } = dispatches[index]!;
        if (pipeline !== last) pass.setPipeline(pipeline);
        last = pipeline;
        pass.setBindGroup(0, group);
        pass.dispatchWorkgroups(x, y);
      }
      pass.end();
      device.queue.submit([encoder.finish()]);
    }
  }

  /** Runs a program with a pass for each dispatch and says what each kind of operation took on the device. */
  private async timed(program: string): Promise<readonly KindProfile[]> {
    this.check();
    const dispatches = this.programOf(program);
    this.placements = this.loaded.plan.programs[program]!.placements;
    const milliseconds = await timeDispatches(this.target.opened, dispatches);
    this.check();
    return profileOf(this.counted(program), milliseconds);
  }

  deviceCost(program: string): DeviceCost {
    const { launches, bytes } = this.work(program);
    const { hostMs } = this;
    const deviceBytes = this.loaded.buffers.reduce((sum, { size }) => sum + size, 0);
    return { dispatches: launches, hostMs, modelledBytes: bytes, deviceBytes };
  }

  work(program: string): ProgramWork {
    return totalWork(this.counted(program));
  }

  /** Fills slabs and workspace with NaN: what a kernel then reads before it was written shows. For tests. */
  poison(): void {
    for (const range of this.loaded.layout.transient) {
      this.upload(range, new Float32Array(range.elements).fill(NaN));
    }
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.underWay);
    this.target.opened.close();
  }

  private counted(program: string): readonly CountedWork[] {
    const { dispatches } = this.loaded.lowered.programs.find(({ name }) => name === program)!;
    return dispatches.map(({ instruction, dispatch: { flops, bytes } }) => ({ instruction, flops, bytes }));
  }

  private check(): void {
    const failure = this.target.opened.failure();
    if (failure !== undefined) throw failure;
  }

  private upload({ buffer, offset }: Range, values: Float32Array<ArrayBuffer>): void {
    this.check();
    this.device.queue.writeBuffer(this.loaded.buffers[buffer]!, offset * 4, values);
  }

  private async download({ buffer, offset, elements }: Range): Promise<Float32Array> {
    this.check();
    const size = elements * 4;
    if (size === 0) return new Float32Array(0);
    const usage = GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ;
    const staging = this.device.createBuffer({ label: 'staging', size, usage });
    try {
      const encoder = this.device.createCommandEncoder();
      encoder.copyBufferToBuffer(this.loaded.buffers[buffer]!, offset * 4, staging, 0, size);
      this.device.queue.submit([encoder.finish()]);
      await this.target.opened.wait(staging.mapAsync(GPUMapMode.READ));
      return new Float32Array(staging.getMappedRange()).slice();
    } catch (error) {
      // A device that is lost refuses to map; its own reason says more.
      await new Promise((resolve) => setTimeout(resolve, 0));
      this.check();
      throw error;
    } finally {
      staging.destroy();
    }
  }

  private programOf(name: string): readonly Prepared[] {
    const program = this.loaded.programs.get(name);
    if (program === undefined) throw new Error(`the plan has no program ${name}`);
    return program;
  }
}

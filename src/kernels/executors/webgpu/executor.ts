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
import { type Lowerings, lowerings } from './table.ts';

export interface WebGpuOptions extends DeviceOptions {
  /** By default `tiles` on a software adapter and `workgroup` on a GPU. */
  readonly schedule?: Schedule;
  /** Threads of a workgroup, for kernels that leave it open. */
  readonly workgroup?: number;
  /** The most dispatches of one submit; by default all of a program, 64 in a page and on a software adapter. */
  readonly dispatchesPerSubmit?: number;
  /** The most bytes of a GPU buffer; by default as many as the device can bind. */
  readonly maxBufferBytes?: number;
  /** `reprogram` may follow. */
  readonly growable?: boolean;
  /** By default those of `table.ts`; comparisons run others. */
  readonly lowerings?: Lowerings;
}

/** Runs in flight: the host encodes one while the device computes the one before. */
const maxInFlight = 2;

export async function createWebGpuExecutor(plan: Plan, options: WebGpuOptions = {}): Promise<WebGpuExecutor> {
  const opened = await openDevice(options);
  try {
    const { device, software, inPage } = opened;
    const { maxBufferSize, maxStorageBufferBindingSize } = device.limits;
    const target: Target = {
      opened,
      schedule: options.schedule ?? (software ? 'tiles' : 'workgroup'),
      workgroup: options.workgroup ?? 64,
      maxBytes: Math.min(maxBufferSize, maxStorageBufferBindingSize, options.maxBufferBytes ?? Infinity),
      growable: options.growable ?? false,
      lowerings: options.lowerings ?? lowerings,
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
  private readonly inFlight: Promise<unknown>[] = [];
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
    if (!this.target.growable) throw new Error('reprogram needs the option growable');
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

  /** Submits a program once the device has finished the one before the last. A read then returns its results. */
  async run(program: string): Promise<void> {
    this.check();
    const before = performance.now();
    this.submit(program);
    this.hostMs = performance.now() - before;
    this.inFlight.push(this.device.queue.onSubmittedWorkDone());
    if (this.inFlight.length >= maxInFlight) await this.target.opened.wait(this.inFlight.shift()!);
    this.check();
  }

  async finished(): Promise<void> {
    await this.target.opened.wait(Promise.all(this.inFlight.splice(0)));
    this.check();
  }

  /** Encodes and submits a program: all that a run costs the host. */
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

  /** Runs a program with a pass for each dispatch; returns the time on the device of each kind of operation. */
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

  /** Fills slabs and workspace with NaN, which shows what a kernel reads before it was written. For tests. */
  poison(): void {
    for (const range of this.loaded.layout.transient) {
      this.upload(range, new Float32Array(range.elements).fill(NaN));
    }
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.inFlight);
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
      // A lost device refuses to map; the reason of the loss says more.
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

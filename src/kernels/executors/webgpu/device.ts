// Opens a WebGPU device: of Dawn in Node, of `navigator.gpu` in a page. Limits and features are those that the adapter
// offers, or the default ones on request.

import { MixopError } from '../../../base/errors.ts';
import { nextTask } from '../../../base/next-task.ts';

export interface DeviceOptions {
  /** Part of the name of an adapter; the system's choice without. `null`: Dawn's backend that computes nothing. */
  readonly adapter?: string;
  /** `default`: what every adapter has (8 storage buffers a stage, bindings up to 128 MiB). */
  readonly limits?: 'offered' | 'default';
  /** Dawn checks every call and every access to memory. Pages always do. */
  readonly validate?: boolean;
}

export interface Device {
  readonly device: GPUDevice;
  /** As the driver names it. */
  readonly name: string;
  readonly driver: string;
  /** The processor does the work of a GPU. */
  readonly software: boolean;
  readonly timestamps: boolean;
  /** A browser's, which ends a device whose work takes too long at a time. */
  readonly inPage: boolean;
  /** Why the device is of no use any more: lost, or a call to it failed. */
  failure(): MixopError | undefined;
  /** Waits for what the device does. */
  readonly wait: <T>(pending: Promise<T>) => Promise<T>;
  close(): void;
}

/** Features that kernels or profiles use where they are offered. */
const wanted: readonly GPUFeatureName[] = ['timestamp-query', 'subgroups', 'shader-f16'];

const raised = [
  'maxStorageBuffersPerShaderStage',
  'maxStorageBufferBindingSize',
  'maxBufferSize',
  'maxComputeWorkgroupStorageSize',
  'maxComputeInvocationsPerWorkgroup',
  'maxComputeWorkgroupSizeX',
] as const;

const remedy =
  'install a Vulkan driver (of the GPU, or Mesa 25 for the processor; Debian 12: mesa-vulkan-drivers from bookworm-backports), or use --executor wasm';

/** Milliseconds between two looks for what is through. */
const nap = 1;

/**
 * Waits for a device that is the processor itself, in Node. Dawn's binding looks for what is through in every turn of the event
 * loop, and so takes a core from the work that it waits for: sleep between its looks.
 */
export async function waitAsleep<T>(pending: Promise<T>): Promise<T> {
  const cell = new Int32Array(new SharedArrayBuffer(4));
  const state = { through: false };
  const over = (): void => {
    state.through = true;
  };
  pending.then(over, over);
  while (!state.through) {
    Atomics.wait(cell, 0, 0, nap);
    await nextTask();
  }
  return pending;
}

export async function openDevice(options: DeviceOptions = {}): Promise<Device> {
  const gpu = await openGpu(options);
  const adapter = await requestAdapter(gpu, options.adapter);
  const offered = options.limits !== 'default';
  const device = await adapter.requestDevice({
    requiredFeatures: offered ? wanted.filter((feature) => adapter.features.has(feature)) : [],
    requiredLimits: offered ? Object.fromEntries(raised.map((name) => [name, adapter.limits[name]])) : {},
  });
  const inPage = pageGpu() !== undefined;
  let failure: MixopError | undefined;
  const fail = (problem: string): void => {
    failure ??= new MixopError(
      'device',
      `webgpu (${nameOf(adapter)})`,
      problem,
      'resume the run from its last checkpoint, on another --executor if it happens again',
    );
  };
  let closed = false;
  void device.lost.then(({ message }) => {
    if (!closed) fail(`the device was lost: ${firstLine(message)}`);
  });
  device.addEventListener('uncapturederror', (event) => fail(firstLine(event.error.message)));
  return {
    device,
    name: nameOf(adapter),
    driver: adapter.info.description,
    software: isSoftware(adapter.info),
    // The null backend has them too, but no time.
    timestamps: options.adapter !== 'null' && device.features.has('timestamp-query'),
    inPage,
    failure: () => failure,
    wait: isSoftware(adapter.info) && !inPage ? waitAsleep : (pending) => pending,
    close() {
      closed = true;
      failure ??= new MixopError('device', 'webgpu executor', 'it is closed', 'create another');
      device.destroy();
    },
  };
}

/** What the default adapter is and offers, for people; a `MixopError` says what to install where there is none. */
export async function describeAdapter(): Promise<string> {
  const adapter = await requestAdapter(await openGpu({}), undefined);
  const { limits, info, features } = adapter;
  return [
    `${nameOf(adapter)} (${info.description}${isSoftware(adapter.info) ? ', the processor itself' : ''})`,
    `${limits.maxStorageBuffersPerShaderStage} storage buffers of ${mebibytes(limits.maxStorageBufferBindingSize)} bound`,
    `buffers to ${mebibytes(limits.maxBufferSize)}`,
    `workgroups of ${limits.maxComputeInvocationsPerWorkgroup}`,
    `features ${wanted.filter((feature) => features.has(feature)).join(', ') || 'none of those that help'}`,
  ].join('; ');
}

function mebibytes(bytes: number): string {
  return `${Math.floor(bytes / 2 ** 20)} MiB`;
}

/** Names of the adapters that Dawn sees; in a page nothing tells. */
async function adapterNames(): Promise<readonly string[]> {
  const { create } = await importDawn();
  try {
    // Dawn lists them where none has the name that was asked for.
    await create(['adapter=\n']).requestAdapter();
    return [];
  } catch (error) {
    return [...String(error).matchAll(/name: '([^']*)'/g)].map(([, name]) => name!);
  }
}

function nameOf({ info }: GPUAdapter): string {
  return info.device || info.description || info.vendor || 'WebGPU';
}

/** Dawn says so of drivers; a page may hide it. */
export function isSoftware(info: GPUAdapterInfo): boolean {
  return info.isFallbackAdapter || info.architecture === 'software';
}

function firstLine(text: string): string {
  return text.split('\n')[0]!;
}

function pageGpu(): GPU | undefined {
  return (globalThis as { navigator?: { gpu?: GPU } }).navigator?.gpu;
}

async function openGpu({ adapter, validate }: DeviceOptions): Promise<GPU> {
  const page = pageGpu();
  if (page !== undefined) {
    if (adapter === undefined) return page;
    throw new MixopError('usage', '--adapter', 'a page cannot choose the adapter', 'leave it out');
  }
  const { create, globals } = await importDawn();
  Object.assign(globalThis, globals);
  // Dawn rounds timestamps to 65 us, as pages have them: longer than most kernels.
  const flags: string[] = ['disable-dawn-features=timestamp_quantization'];
  if (adapter === 'null') flags.push('backend=null');
  else if (adapter !== undefined) flags.push(`adapter=${adapter}`);
  if (validate !== true) flags.push('enable-dawn-features=skip_validation,disable_robustness');
  const key = flags.join(' ');
  const gpu = instances.get(key) ?? create(flags);
  instances.set(key, gpu);
  return gpu;
}

/**
 * Dawn's instances by their flags, kept for the life of the process: Dawn crashes where one is collected before its
 * device, and each prints its warnings about the driver anew. A kept one does not keep the process alive.
 */
const instances = new Map<string, GPU>();

async function importDawn(): Promise<{ create: (flags: string[]) => GPU; globals: object }> {
  try {
    return await import('webgpu');
  } catch (error) {
    const problem = `the optional package webgpu cannot be loaded (${firstLine((error as Error).message)})`;
    throw new MixopError('device', 'webgpu', problem, 'npm install webgpu, or use --executor wasm', {
      cause: error,
    });
  }
}

async function requestAdapter(gpu: GPU, name: string | undefined): Promise<GPUAdapter> {
  let found: GPUAdapter | null = null;
  try {
    found = await gpu.requestAdapter({ powerPreference: 'high-performance' });
  } catch {
    // Dawn throws where it finds none; what there is follows.
  }
  if (found !== null) return found;
  const names = name === undefined ? [] : await adapterNames();
  if (name === undefined || names.length === 0) {
    throw new MixopError('device', 'webgpu', 'there is no adapter', remedy);
  }
  throw new MixopError(
    'usage',
    '--adapter',
    `no adapter is named "${name}"`,
    `known: ${names.join(', ')}, null`,
  );
}

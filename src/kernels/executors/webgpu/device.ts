// Opens a WebGPU device: of Dawn in Node, of `navigator.gpu` in a page, with the limits and features that the adapter
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
  /** A device of a browser, which stops work that takes too long. */
  readonly inPage: boolean;
  /** Why the device cannot be used any more: lost, closed, or a call to it failed. */
  failure(): MixopError | undefined;
  /** Waits for work of the device. */
  readonly wait: <T>(pending: Promise<T>) => Promise<T>;
  close(): void;
}

/** Features that kernels or profiles use where they are offered. */
const usedFeatures: readonly GPUFeatureName[] = ['timestamp-query', 'subgroups', 'shader-f16'];

const raisedLimits = [
  'maxStorageBuffersPerShaderStage',
  'maxStorageBufferBindingSize',
  'maxBufferSize',
  'maxComputeWorkgroupStorageSize',
  'maxComputeInvocationsPerWorkgroup',
  'maxComputeWorkgroupSizeX',
] as const;

const remedy =
  'install a Vulkan driver (of the GPU, or Mesa 25 for the processor; Debian 12: mesa-vulkan-drivers from bookworm-backports), or use --executor wasm';

/** Milliseconds between two polls. */
const pollInterval = 1;

/**
 * Waits for a device that is the processor itself, in Node. Dawn's binding polls in every turn of the event loop, and
 * so takes a core from the work that it waits for: sleep between the polls.
 */
export async function waitAsleep<T>(pending: Promise<T>): Promise<T> {
  const cell = new Int32Array(new SharedArrayBuffer(4));
  const state = { settled: false };
  const settle = (): void => {
    state.settled = true;
  };
  pending.then(settle, settle);
  while (!state.settled) {
    Atomics.wait(cell, 0, 0, pollInterval);
    await nextTask();
  }
  return pending;
}

export async function openDevice(options: DeviceOptions = {}): Promise<Device> {
  const gpu = await openGpu(options);
  const adapter = await requestAdapter(gpu, options.adapter);
  const offered = options.limits !== 'default';
  const device = await adapter.requestDevice({
    requiredFeatures: offered ? usedFeatures.filter((feature) => adapter.features.has(feature)) : [],
    requiredLimits: offered
      ? Object.fromEntries(raisedLimits.map((name) => [name, adapter.limits[name]]))
      : {},
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
    // The null backend offers them, and measures nothing.
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

/** The default adapter and what it offers, as text; a `MixopError` says what to install where there is none. */
export async function describeAdapter(): Promise<string> {
  const adapter = await requestAdapter(await openGpu({}), undefined);
  const { limits, info, features } = adapter;
  return [
    `${nameOf(adapter)} (${info.description}${isSoftware(adapter.info) ? ', the processor itself' : ''})`,
    `${limits.maxStorageBuffersPerShaderStage} storage buffers of ${mebibytes(limits.maxStorageBufferBindingSize)} bound`,
    `buffers to ${mebibytes(limits.maxBufferSize)}`,
    `workgroups of ${limits.maxComputeInvocationsPerWorkgroup}`,
    `features ${usedFeatures.filter((feature) => features.has(feature)).join(', ') || 'none that mixop uses'}`,
  ].join('; ');
}

function mebibytes(bytes: number): string {
  return `${Math.floor(bytes / 2 ** 20)} MiB`;
}

/** Names of the adapters that Dawn knows; a page has no such list. */
async function adapterNames(): Promise<readonly string[]> {
  const { create } = await importDawn();
  try {
    // Dawn's error lists them where none has the requested name.
    await create(['adapter=\n']).requestAdapter();
    return [];
  } catch (error) {
    return [...String(error).matchAll(/name: '([^']*)'/g)].map(([, name]) => name!);
  }
}

function nameOf({ info }: GPUAdapter): string {
  return info.device || info.description || info.vendor || 'WebGPU';
}

/** As Dawn reports; a page may hide it. */
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
  // Dawn rounds timestamps to 65 us, as in pages: longer than most kernels.
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
 * device, and each prints the warnings about the driver again. They do not keep the process alive.
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
    // Dawn throws where it finds none; the error below lists those that it knows.
  }
  if (found !== null) return found;
  const names = name === undefined ? [] : await adapterNames();
  if (name === undefined || names.length === 0) {
    throw new MixopError('device', 'webgpu', 'no adapter is available', remedy);
  }
  throw new MixopError(
    'usage',
    '--adapter',
    `no adapter is named "${name}"`,
    `known: ${names.join(', ')}, null`,
  );
}

// The compiled module: where it is, and how a thread makes its instance of it.

import { MixopError } from '../../base/errors.ts';
import { type WasmMemory, type WasmModule, type WasmTable, webAssembly } from './web-assembly.ts';

/** What the module exports besides its stages. */
export interface KernelExports {
  runProgram(
    control: number,
    stages: number,
    count: number,
    thread: number,
    threads: number,
    base: number,
    times: number,
    patience: bigint,
    from: number,
    arrived: boolean,
  ): number;
  heapBase(): number;
}

/** Beside the sources in build/, beside the bundle in dist/. */
const address = new URL(
  import.meta.url.endsWith('/kernels.ts') ? './build/kernels.wasm' : './kernels.wasm',
  import.meta.url,
);

let compiled: Promise<WasmModule> | undefined;

/** The module, compiled once for all executors of this process or page. */
export function loadKernels(): Promise<WasmModule> {
  compiled ??= compile();
  return compiled;
}

async function compile(): Promise<WasmModule> {
  return webAssembly.compile(await bytes());
}

async function bytes(): Promise<Uint8Array> {
  if (address.protocol !== 'file:') {
    const response = await fetch(address);
    if (!response.ok) throw missing(`the server answers ${response.status}`);
    return new Uint8Array(await response.arrayBuffer());
  }
  // Not an import: a bundler for browsers would have to resolve it. This file reads its own code, nothing else.
  const { readFile } = process.getBuiltinModule('node:fs/promises');
  try {
    return new Uint8Array(await readFile(address));
  } catch (error) {
    throw missing((error as Error).message);
  }
}

function missing(found: string): MixopError {
  return new MixopError('device', 'kernels.wasm', found, 'build mixop again (npm run build)');
}

/** Names of all stages in a fixed order: a stage's place here is its place in every thread's table. */
export function stageNames(kernels: WasmModule): readonly string[] {
  return webAssembly.Module.exports(kernels)
    .filter(({ kind, name }) => kind === 'function' && !/^(runProgram|workerLoop|heapBase)$/.test(name))
    .map(({ name }) => name)
    .sort();
}

export interface Instance {
  readonly exports: KernelExports;
  /** Place of the first stage in the table. */
  readonly first: number;
}

const now = (): number => performance.now();

/** An instance over shared memory. worker-source.ts does the same for the other threads. */
export function instantiate(kernels: WasmModule, names: readonly string[], memory: WasmMemory): Instance {
  const { exports } = new webAssembly.Instance(kernels, { env: { memory }, 'run.as': { now } });
  const table = exports.table as WasmTable;
  const first = table.grow(names.length);
  for (const [index, name] of names.entries()) table.set(first + index, exports[name]);
  return { exports: exports as unknown as KernelExports, first };
}

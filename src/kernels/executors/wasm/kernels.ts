// The compiled module, and how a thread makes its instance of it. Where its bytes come from is not known here.

import { type WasmMemory, type WasmModule, type WasmTable, webAssembly } from './web-assembly.ts';

/** What the module exports besides its stages. */
interface KernelExports {
  runProgram(
    control: number,
    thread: number,
    threads: number,
    times: number,
    patience: bigint,
    from: number,
    arrived: boolean,
  ): number;
  heapBase(): number;
}

/** Compiles the bytes of kernels.wasm. */
export function compileKernels(bytes: Uint8Array): Promise<WasmModule> {
  return webAssembly.compile(bytes);
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
  /** Placement of the first stage in the table. */
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

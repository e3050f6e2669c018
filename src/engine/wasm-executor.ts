// The wasm executor with its compiled kernels: finds kernels.wasm in Node as in a page, and compiles it once.

import { MixopError } from '../base/errors.ts';
import {
  startWasmExecutor,
  type WasmExecutor,
  type WasmOptions,
} from '../kernels/executors/wasm/executor.ts';
import { compileKernels } from '../kernels/executors/wasm/kernels.ts';
import type { Plan } from '../kernels/plan.ts';

/** Beside the bundle in dist/, and of the sources where the build of the kernels leaves it. */
const address = new URL(
  import.meta.url.endsWith('/wasm-executor.ts')
    ? '../kernels/executors/wasm/build/kernels.wasm'
    : './kernels.wasm',
  import.meta.url,
);

/** Compiled once for all executors of this process or page. */
let compiled: ReturnType<typeof compileKernels> | undefined;

export async function createWasmExecutor(plan: Plan, options: WasmOptions = {}): Promise<WasmExecutor> {
  compiled ??= readKernels().then(compileKernels);
  return startWasmExecutor(plan, await compiled, options);
}

async function readKernels(): Promise<Uint8Array> {
  if (address.protocol !== 'file:') {
    const response = await fetch(address);
    if (!response.ok) throw missing(`the server answers ${response.status}`);
    return new Uint8Array(await response.arrayBuffer());
  }
  // Not an import: a bundler for browsers would have to resolve it. This file reads the package's own code, nothing else.
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

// The naive kernels (src/kernels/**/*naive.as.ts), compiled into a module of their own, over memory of their own.
import { webAssembly } from '../../src/kernels/executors/wasm/web-assembly.ts';
import { extent, imageShape, type Tensor } from '../../src/kernels/tensor.ts';
import type { CaseExecutor } from './kernels/operation-cases.ts';

// By a variable: TypeScript knows no types of it.
const compilerPath: string = '../../scripts/build-wasm.mjs';

const sources = [
  'src/kernels/wasm/assembly/depthwise-naive.as.ts',
  'src/kernels/wasm/assembly/depthwise-vectors.as.ts',
  'src/kernels/operations/fan/wasm/naive.as.ts',
];

export class NaiveKernels {
  private readonly memory: { readonly buffer: SharedArrayBuffer };
  private readonly exports: Readonly<Record<string, unknown>>;
  private next = 65_536;

  static async compile(): Promise<NaiveKernels> {
    const { compileAssembly } = (await import(compilerPath)) as {
      compileAssembly: (entries: readonly string[]) => Promise<Uint8Array>;
    };
    const module = await webAssembly.compile(await compileAssembly(sources));
    const memory = new webAssembly.Memory({ initial: 1024, maximum: 65_536, shared: true });
    return new NaiveKernels(memory, new webAssembly.Instance(module, { env: { memory } }).exports);
  }

  private constructor(memory: NaiveKernels['memory'], exports: NaiveKernels['exports']) {
    this.memory = memory;
    this.exports = exports;
  }

  call(name: string, ...args: readonly number[]): void {
    (this.exports[name] as (...args: readonly number[]) => void)(...args);
  }

  /** Zeros, for so many floats. */
  room(elements: number): number {
    const address = this.next;
    this.next += 16 * Math.ceil(elements / 4);
    this.view(address, elements).fill(0);
    return address;
  }

  /** A tensor's elements as the executor has them, spare lanes included. */
  async copy(executor: CaseExecutor, tensor: Tensor): Promise<number> {
    const address = this.room(extent(tensor));
    this.view(address, extent(tensor)).set(await executor.of(tensor));
    return address;
  }

  view(address: number, elements: number): Float32Array {
    return new Float32Array(this.memory.buffer, address, elements);
  }

  /** Frees all room. */
  clear(): void {
    this.next = 65_536;
  }

  /** Sets the window of all calls that follow. */
  window(x: Tensor, kernel: number, stride: number, dilation: number): void {
    const { n, h, w, c } = imageShape(x);
    this.call('setWindow', n, h, w, c, kernel, stride, dilation);
  }
}

// The executor for the processor: AssemblyScript kernels with 128-bit SIMD, on threads over one shared memory.
// A program is one call per thread. Equal inputs give equal bits on any machine and with any number of threads.

import { MixopError } from '../../../base/errors.ts';
import type { Executor, KindProfile, ProgramWork, Values } from '../../executor.ts';
import { checkArenas, type Plan } from '../../plan.ts';
import { type CountedWork, nameOf, profileOf, totalWork } from '../profile.ts';
import { count, extent, gatherRows, scatterRows, type Tensor } from '../../tensor.ts';
import { finished, maxThreads, progressOf, word } from './control.ts';
import { type Instance, instantiate, stageNames } from './kernels.ts';
import { createMemory, growMemory, Layout } from './layout.ts';
import { type LoweredPlan, type LoweredProgram, type LoweredStage, lowerPlan } from './lower.ts';
import { Pool } from './pool.ts';
import { availableThreads, mainMaySleep } from './threads.ts';
import type { WasmMemory, WasmModule } from './web-assembly.ts';

export interface WasmOptions {
  /** Threads, the calling one included; by default as many as the machine runs at once. */
  readonly threads?: number;
  /** `reprogram` may follow with plans that need more memory. */
  readonly growable?: boolean;
}

/** Nanoseconds that the main thread sleeps at a barrier before it looks whether all workers are alive. */
const patience = mainMaySleep ? 200_000_000n : 0n;

/** kernels: the compiled module, as `compileKernels` returns it. */
export async function startWasmExecutor(
  plan: Plan,
  kernels: WasmModule,
  options: WasmOptions = {},
): Promise<WasmExecutor> {
  const threads = checkThreads(options.threads ?? availableThreads());
  const names = stageNames(kernels);
  // A first instance over a page of memory says where the module's constants end.
  const probe = instantiate(kernels, names, createMemory(1));
  const layout = new Layout(plan, probe.exports.heapBase(), threads);
  const lowered = lowerPlan(plan, layout);
  const memory = createMemory(lowered.bytes, undefined, options.growable);
  const instance = instantiate(kernels, names, memory);
  lowered.install(memory.buffer, names, instance.first);
  const pool = await Pool.start(threads, { kernels, names, memory, control: layout.control });
  return new WasmExecutor({ plan, layout, lowered, memory, names, instance, pool, threads });
}

function checkThreads(threads: number): number {
  if (Number.isInteger(threads) && threads >= 1 && threads <= maxThreads) return threads;
  throw new MixopError(
    'config',
    'threads',
    `${threads} is not a whole number from 1 to ${maxThreads}`,
    'leave it out for as many as the machine runs at once',
  );
}

interface Parts {
  readonly plan: Plan;
  readonly layout: Layout;
  readonly lowered: LoweredPlan;
  readonly memory: WasmMemory;
  readonly names: readonly string[];
  readonly instance: Instance;
  readonly pool: Pool;
  readonly threads: number;
}

export class WasmExecutor implements Executor {
  readonly name = 'wasm';
  readonly precision = 'float32';
  readonly threads: number;
  readonly pool: Pool;
  private parts: Parts;
  private readonly words: Int32Array;
  /** Set once a thread has failed: nothing runs any more. */
  private broken: MixopError | undefined;
  private running = false;

  constructor(parts: Parts) {
    this.parts = parts;
    this.pool = parts.pool;
    this.threads = parts.threads;
    this.words = new Int32Array(parts.memory.buffer, parts.layout.control);
  }

  /** Bytes of linear memory. */
  get bytes(): number {
    return this.parts.memory.buffer.byteLength;
  }

  reprogram(plan: Plan): void {
    if (this.running) throw new Error('reprogrammed while a program runs');
    const { memory, names, instance, threads } = this.parts;
    checkArenas(this.parts.plan, plan);
    const layout = new Layout(plan, instance.exports.heapBase(), threads);
    const lowered = lowerPlan(plan, layout);
    growMemory(memory, lowered.bytes);
    lowered.install(memory.buffer, names, instance.first);
    this.parts = { ...this.parts, plan, layout, lowered };
  }

  /** The elements of a tensor themselves, spare lanes included. */
  of(tensor: Tensor): Float32Array {
    return this.view(this.parts.layout.address(tensor), extent(tensor));
  }

  write(tensor: Tensor, values: ArrayLike<number>): void {
    scatterRows(values, this.of(tensor), tensor);
  }

  read(tensor: Tensor): Promise<Values> {
    return Promise.resolve(gatherRows(this.of(tensor), new Float32Array(count(tensor.shape)), tensor));
  }

  readArena(arena: string): Promise<Values> {
    return Promise.resolve(this.arena(arena).slice());
  }

  writeArena(arena: string, values: Values): void {
    this.arena(arena).set(values);
  }

  run(program: string): Promise<void> {
    return this.start(program, false);
  }

  /** Runs a program once and says what each kind of operation took and did. */
  async profile(program: string): Promise<readonly KindProfile[]> {
    const { stages, times } = this.programOf(program);
    const milliseconds = new Float64Array(this.parts.memory.buffer, times, stages.length).fill(0);
    await this.start(program, true);
    return profileOf(countedIn(stages), milliseconds);
  }

  work(program: string): ProgramWork {
    return totalWork(countedIn(this.programOf(program).stages));
  }

  /** Fills slabs and workspace with NaN: what a kernel then reads before it was written shows. For tests. */
  poison(): void {
    const { start, end } = this.parts.layout.transient;
    this.view(start, (end - start) / 4).fill(NaN);
  }

  close(): Promise<void> {
    this.broken ??= new MixopError('device', 'wasm executor', 'it is closed', 'create another');
    return this.pool.stop();
  }

  private async start(name: string, timed: boolean): Promise<void> {
    if (this.broken !== undefined) throw this.broken;
    if (this.running) throw new Error(`program ${name} started while another runs`);
    const program = this.programOf(name);
    this.parts.layout.enter(this.parts.plan.programs[name]!.placements);
    if (program.stages.length === 0) return;
    this.running = true;
    try {
      await this.runToTheEnd(name, program, timed);
    } finally {
      this.running = false;
    }
  }

  private async runToTheEnd(name: string, program: LoweredProgram, timed: boolean): Promise<void> {
    const { words, threads } = this;
    words[word.stages] = program.records;
    words[word.count] = program.stages.length;
    words[word.base] = Atomics.load(words, word.generation);
    words[word.scratch] = this.parts.layout.scratchOf(0);
    words[word.scratchBytes] = this.parts.layout.scratchOf(1) - this.parts.layout.scratchOf(0);
    for (let thread = 0; thread < threads; thread++) words[progressOf(thread)] = -1;
    if (threads > 1) {
      Atomics.add(words, word.command, 1);
      Atomics.notify(words, word.command);
    }
    for (let from = 0, arrived = false; from !== finished; arrived = true) {
      if (arrived) await this.workersAreAlive(name, program);
      from = this.runFrom(name, program, { from, arrived, timed });
    }
  }

  /** Thread 0's share, up to the end or to a barrier where the others let it wait. */
  private runFrom(
    name: string,
    program: LoweredProgram,
    { from, arrived, timed }: { from: number; arrived: boolean; timed: boolean },
  ): number {
    const { layout, instance } = this.parts;
    const times = timed ? program.times : 0;
    try {
      const { control } = layout;
      const stage = instance.exports.runProgram(control, 0, this.threads, times, patience, from, arrived);
      if (stage >= finished) return stage;
    } catch (error) {
      throw this.fail(name, program, 0, String(error));
    }
    return this.words[word.progress]!;
  }

  /** Lets the event loop turn, so that news of a worker's death arrive, and throws if there are any. */
  private async workersAreAlive(name: string, program: LoweredProgram): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, 0));
    const { dead } = this.pool;
    if (dead !== undefined) throw this.fail(name, program, dead.thread, dead.reason);
  }

  private fail(name: string, program: LoweredProgram, thread: number, reason: string): MixopError {
    const { words } = this;
    const stage = program.stages[words[progressOf(thread)]!];
    const operation = stage === undefined ? 'before its first operation' : `in ${nameOf(stage.instruction)}`;
    const remedy = 'resume the run from its last checkpoint, with fewer threads if it happens again';
    const problem = `thread ${thread} stopped ${operation}: ${reason}`;
    this.broken = new MixopError('device', `program ${name}`, problem, remedy);
    Atomics.store(words, word.failure, 1);
    Atomics.notify(words, word.generation);
    Atomics.notify(words, word.command);
    void this.pool.stop();
    return this.broken;
  }

  private programOf(name: string): LoweredProgram {
    const program = this.parts.lowered.programs.get(name);
    if (program === undefined) throw new Error(`the plan has no program ${name}`);
    return program;
  }

  private arena(name: string): Float32Array {
    const { address, elements } = this.parts.layout.arena(name);
    return this.view(address, elements);
  }

  private view(address: number, elements: number): Float32Array {
    return new Float32Array(this.parts.memory.buffer, address, elements);
  }
}

function countedIn(stages: readonly LoweredStage[]): readonly CountedWork[] {
  return stages.map(({ instruction, flops = 0, bytes = 0 }) => ({ instruction, flops, bytes }));
}

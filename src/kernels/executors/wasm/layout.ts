// Where everything lies in the one linear memory: control block, arenas, slabs, workspace, then the programs.
// Addresses run to 4 GiB; what does not fit is refused here, before anything runs.

import { MixopError } from '../../../base/errors.ts';
import type { Placement, Plan } from '../../plan.ts';
import type { Tensor, Vector } from '../../tensor.ts';
import { controlBytes } from './control.ts';
import type { StageContext } from '../../wasm/stage.ts';
import { machineBytes } from './threads.ts';
import { type WasmMemory, webAssembly } from './web-assembly.ts';

const maxBytes = 2 ** 32;
const pageBytes = 65_536;

export class Layout implements StageContext {
  readonly control: number;
  private readonly threads: number;
  private readonly arenas = new Map<string, { address: number; elements: number }>();
  private readonly slabs: readonly number[];
  private readonly workspaceStart: number;
  private workspaceUsed = 0;
  private maxWorkspace = 0;
  private maxScratch = 0;
  private placements: ReadonlyMap<number, Placement> = new Map();

  /** `free`: the first address that the module's own constants leave free. */
  constructor(plan: Plan, free: number, threads: number) {
    this.threads = threads;
    this.control = align(free);
    let next = align(this.control + controlBytes);
    const take = (elements: number): number => {
      const address = next;
      next = align(next + elements * 4);
      return address;
    };
    for (const [name, elements] of Object.entries(plan.arenas)) {
      this.arenas.set(name, { address: take(elements), elements });
    }
    this.slabs = plan.slabs.map(take);
    this.workspaceStart = next;
  }

  /** Addresses of activations are those of this program from now on. */
  enter(placements: ReadonlyMap<number, Placement>): void {
    this.placements = placements;
  }

  /** Workspace is free again: the next instruction is lowered. */
  nextInstruction(): void {
    this.workspaceUsed = 0;
  }

  /** The first address after everything, workspace of all instructions and scratch of all threads included. */
  get end(): number {
    return this.scratchOf(this.threads);
  }

  /** Address of a thread's scratch memory. */
  scratchOf(thread: number): number {
    return this.workspaceStart + this.maxWorkspace + thread * this.maxScratch;
  }

  /** Slabs and workspace: their contents are undefined when a program starts. */
  get transient(): { start: number; end: number } {
    return { start: this.slabs[0] ?? this.workspaceStart, end: this.end };
  }

  address(tensor: Tensor): number {
    if (tensor.arena !== undefined) return this.arena(tensor.arena).address + tensor.offset * 4;
    const place = this.placements.get(tensor.id);
    if (place === undefined) throw new Error(`${tensor.name} has no place in this program`);
    return this.slabs[place.slab]! + place.offset * 4;
  }

  vector(vector: Vector): { address: number; elements: number } {
    const { address, elements } = this.arena(vector.arena);
    if (vector.part === undefined) return { address, elements };
    return { address: address + vector.part.offset * 4, elements: vector.part.elements };
  }

  arena(name: string): { address: number; elements: number } {
    const arena = this.arenas.get(name);
    if (arena === undefined) throw new Error(`the plan has no arena ${name}`);
    return arena;
  }

  scratch(bytes: number): void {
    this.maxScratch = Math.max(this.maxScratch, align(bytes));
  }

  workspace(bytes: number): number {
    const address = this.workspaceStart + this.workspaceUsed;
    this.workspaceUsed = align(this.workspaceUsed + bytes);
    this.maxWorkspace = Math.max(this.maxWorkspace, this.workspaceUsed);
    return address;
  }
}

/**
 * Memory of at least `bytes`, all zeros; one clear refusal where that is impossible. machine: the bytes that it has.
 * growable: `growMemory` may follow.
 */
export function createMemory(bytes: number, machine: number = machineBytes(), growable = false): WasmMemory {
  checkBytes(bytes, machine);
  const pages = Math.ceil(bytes / pageBytes);
  const maximum = Math.max(pages, Math.floor(Math.min(machine, maxBytes) / pageBytes));
  return orRefused(
    bytes,
    () => new webAssembly.Memory({ initial: pages, maximum: growable ? maximum : pages, shared: true }),
  );
}

/** Makes a memory at least as large; what it holds stays, and all threads see it. */
export function growMemory(memory: WasmMemory, bytes: number): void {
  const more = Math.ceil((bytes - memory.buffer.byteLength) / pageBytes);
  if (more <= 0) return;
  checkBytes(bytes, machineBytes());
  orRefused(bytes, () => memory.grow(more));
}

const remedy = 'lower the batch size, the channels or the number of cells';

function checkBytes(bytes: number, machine: number): void {
  const needed = `the plan needs ${amount(bytes)}`;
  if (bytes > maxBytes) {
    throw new MixopError(
      'device',
      'memory',
      `${needed}, and the wasm executor has at most ${amount(maxBytes)}`,
      remedy,
    );
  }
  if (bytes > machine) {
    const found = `${needed}, and this machine has ${amount(machine)}`;
    throw new MixopError('device', 'memory', found, remedy);
  }
}

function orRefused<T>(bytes: number, allocate: () => T): T {
  try {
    return allocate();
  } catch (error) {
    const problem = `the plan needs ${amount(bytes)}, and the system refuses it (${(error as Error).message})`;
    const limits = `${remedy}, or lift the limit of address space (ulimit -v)`;
    throw new MixopError('device', 'memory', problem, limits, { cause: error });
  }
}

function amount(bytes: number): string {
  return bytes < 2 ** 30 ? `${(bytes / 2 ** 20).toFixed(0)} MiB` : `${(bytes / 2 ** 30).toFixed(2)} GiB`;
}

/** Up to the next cache line. */
function align(address: number): number {
  return Math.ceil(address / 64) * 64;
}

// Places arenas, slabs and workspace on the device, in as few GPU buffers as its limits allow, since a dispatch may
// bind only a few.

import { MixopError } from '../../../base/errors.ts';
import type { Placement, Plan } from '../../plan.ts';
import { extent, type Tensor } from '../../tensor.ts';
import type { Operand } from '../../webgpu/dispatch.ts';
import type { BufferPlacement } from './prelude.ts';

/** 256 bytes: what any adapter accepts as the start of a copy or a binding. */
const alignment = 64;

/** In elements. */
export interface Range {
  readonly buffer: number;
  readonly offset: number;
  readonly elements: number;
}

export class Layout {
  /** Bytes of each buffer. */
  readonly buffers: readonly number[];
  private readonly arenas: ReadonlyMap<string, Range>;
  private readonly slabs: readonly Range[];

  /**
   * workspaceSlabs: their elements; maxBytes: of a buffer and its binding; shared: what may lie in one
   * buffer. With `kind` the places of arenas do not depend on the slabs.
   */
  constructor(
    plan: Plan,
    workspaceSlabs: readonly number[],
    maxBytes: number,
    shared: 'any' | 'kind' | 'none' = 'any',
  ) {
    const sizes: number[] = [];
    /** The first buffer that others may share. */
    let open = shared === 'none' ? Infinity : 0;
    const take = (elements: number, what: string): Range => {
      const needed = Math.max(alignment, Math.ceil(elements / alignment) * alignment);
      if (needed * 4 > maxBytes) {
        const found = `${what} needs ${mebibytes(needed * 4)} MiB in one buffer`;
        const problem = `${found}, and the adapter binds at most ${mebibytes(maxBytes)} MiB`;
        throw new MixopError('device', 'memory', problem, 'lower the batch size or the channels');
      }
      // The first buffer with room left, so that few are needed.
      const index = sizes.findIndex((size, at) => at >= open && (size + needed) * 4 <= maxBytes);
      const buffer = index >= 0 ? index : sizes.push(0) - 1;
      const offset = sizes[buffer]!;
      sizes[buffer] = offset + needed;
      return { buffer, offset, elements };
    };
    this.arenas = new Map(
      Object.entries(plan.arenas).map(([name, elements]) => [name, take(elements, `arena ${name}`)]),
    );
    if (shared === 'kind') open = sizes.length;
    this.slabs = [...plan.slabs, ...workspaceSlabs].map((elements) => take(elements, 'a slab'));
    this.buffers = sizes.map((size) => size * 4);
  }

  get bytes(): number {
    return this.buffers.reduce((sum, size) => sum + size, 0);
  }

  /** Memory whose contents are undefined when a program starts. */
  get transient(): readonly Range[] {
    return this.slabs;
  }

  arena(name: string): Range {
    const arena = this.arenas.get(name);
    if (arena === undefined) throw new Error(`the plan has no arena ${name}`);
    return arena;
  }

  /** placements: of the activations of the program that runs. */
  tensor(tensor: Tensor, placements: ReadonlyMap<number, Placement>): Range {
    const elements = extent(tensor);
    if (tensor.arena !== undefined) {
      const { buffer, offset } = this.arena(tensor.arena);
      return { buffer, offset: offset + tensor.offset, elements };
    }
    const place = placements.get(tensor.id);
    if (place === undefined) throw new Error(`${tensor.name} has no place in this program`);
    const { buffer, offset } = this.slabs[place.slab]!;
    return { buffer, offset: offset + place.offset, elements };
  }

  placement(operand: Operand, placements: ReadonlyMap<number, Placement>): BufferPlacement {
    const { buffer, offset } = this.range(operand, placements);
    return { buffer, offset: offset / 4 };
  }

  private range(
    operand: Operand,
    placements: ReadonlyMap<number, Placement>,
  ): Pick<Range, 'buffer' | 'offset'> {
    switch (operand.kind) {
      case 'tensor':
        return this.tensor(operand, placements);
      case 'vector': {
        const { buffer, offset } = this.arena(operand.arena);
        return { buffer, offset: offset + (operand.part?.offset ?? 0) };
      }
      case 'workspace': {
        const { buffer, offset } = this.slabs[operand.slab]!;
        return { buffer, offset: offset + operand.offset };
      }
    }
  }
}

function mebibytes(bytes: number): number {
  return Math.ceil(bytes / 2 ** 20);
}

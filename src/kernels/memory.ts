// Assigns slabs and offsets to activations by lifetime: an activation's memory is free again after the last instruction
// that touches it. Best fit in the order of the instructions, so that every executor gets the same layout.

import { type Instruction, type Placement, tensorsIn } from './plan.ts';
import { extent, type Tensor } from './tensor.ts';
import { MixopError } from '../base/errors.ts';

/** 128 MiB of float32: what WebGPU binds by default. */
export const slabElements = (128 * 1024 * 1024) / 4;
/** 256 bytes of float32: WebGPU's offset alignment. */
const alignment = 64;

interface Gap {
  readonly slab: number;
  readonly offset: number;
  readonly size: number;
}

export interface Layout {
  readonly placements: ReadonlyMap<number, Placement>;
  /** Elements used in every slab. */
  readonly slabs: readonly number[];
}

/** First and last instruction that touch each activation; `kept` ones live to the end. */
export function lifetimes(
  instructions: readonly Instruction[],
  kept: ReadonlySet<Tensor>,
): Map<Tensor, { first: number; last: number }> {
  const spans = new Map<Tensor, { first: number; last: number }>();
  for (const [index, instruction] of instructions.entries()) {
    for (const tensor of tensorsIn([instruction.reads, instruction.writes])) {
      if (tensor.arena !== undefined) continue;
      const span = spans.get(tensor);
      if (span === undefined) spans.set(tensor, { first: index, last: index });
      else span.last = index;
    }
  }
  for (const [tensor, span] of spans) if (kept.has(tensor)) span.last = instructions.length;
  return spans;
}

export function layOut(instructions: readonly Instruction[], kept: ReadonlySet<Tensor>): Layout {
  const spans = lifetimes(instructions, kept);
  const starting = instructions.map((): Tensor[] => []);
  const ending = instructions.map((): Tensor[] => []);
  for (const [tensor, { first, last }] of spans) {
    starting[first]!.push(tensor);
    ending[last]?.push(tensor);
  }
  const placements = new Map<number, Placement>();
  const slabs: number[] = [];
  let gaps: Gap[] = [];

  const allocate = (tensor: Tensor): void => {
    const size = Math.ceil(extent(tensor) / alignment) * alignment;
    if (size > slabElements) {
      const found = `tensor ${tensor.name} [${tensor.shape.join(', ')}] needs ${mebibytes(size)} MiB in one piece`;
      throw new MixopError(
        'config',
        'batch',
        `${found}, more than 128`,
        'lower the batch size or the channels',
      );
    }
    const gap = gaps.filter((one) => one.size >= size).sort((a, b) => a.size - b.size || order(a, b))[0];
    if (gap === undefined) {
      placements.set(tensor.id, extend(slabs, gaps, size));
      return;
    }
    gaps = gaps.filter((one) => one !== gap);
    if (gap.size > size) gaps.push({ slab: gap.slab, offset: gap.offset + size, size: gap.size - size });
    placements.set(tensor.id, { slab: gap.slab, offset: gap.offset });
  };

  for (let index = 0; index < instructions.length; index++) {
    for (const tensor of starting[index]!.sort((a, b) => a.id - b.id)) allocate(tensor);
    for (const tensor of ending[index]!) {
      const size = Math.ceil(extent(tensor) / alignment) * alignment;
      gaps = release(gaps, { ...placements.get(tensor.id)!, size });
    }
  }
  return { placements, slabs };
}

/** Grows the last slab (over its trailing gap, if it has one), or opens a new one. */
function extend(slabs: number[], gaps: Gap[], size: number): Placement {
  const slab = slabs.length - 1;
  const used = slabs[slab];
  if (used !== undefined) {
    const trailing = gaps.findIndex((gap) => gap.slab === slab && gap.offset + gap.size === used);
    const offset = trailing >= 0 ? gaps[trailing]!.offset : used;
    if (offset + size <= slabElements) {
      if (trailing >= 0) gaps.splice(trailing, 1);
      slabs[slab] = offset + size;
      return { slab, offset };
    }
  }
  slabs.push(size);
  return { slab: slab + 1, offset: 0 };
}

/** Adds a gap, joined with its neighbours. */
function release(gaps: readonly Gap[], freed: Gap): Gap[] {
  let { offset, size } = freed;
  const rest: Gap[] = [];
  for (const gap of gaps) {
    if (gap.slab === freed.slab && gap.offset + gap.size === offset) {
      offset = gap.offset;
      size += gap.size;
    } else if (gap.slab === freed.slab && offset + size === gap.offset) {
      size += gap.size;
    } else rest.push(gap);
  }
  return [...rest, { slab: freed.slab, offset, size }];
}

function order(a: Gap, b: Gap): number {
  return a.slab - b.slab || a.offset - b.offset;
}

function mebibytes(elements: number): number {
  return Math.ceil((elements * 4) / 2 ** 20);
}

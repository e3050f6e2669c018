// Places the workspace of instructions: in the smallest gap of the slabs that is large enough while the instruction
// runs, or else in slabs of its own.

import { lifetimes } from '../../memory.ts';
import type { Placement, Plan, Program } from '../../plan.ts';
import { extent, type Tensor } from '../../tensor.ts';

/** 256 bytes, as slabs align their tensors. */
const alignment = 64;

interface Gap {
  readonly slab: number;
  readonly offset: number;
  readonly elements: number;
}

export class Scratch {
  /** Elements of the slabs behind those of the plan. */
  readonly workspaceSlabs: number[] = [];
  private readonly slabs: Plan['slabs'];
  private readonly maxElements: number;
  private used: number[] = [];
  private gaps: Gap[] = [];

  /** maxElements: elements of a slab. */
  constructor({ slabs }: Plan, maxElements: number) {
    this.slabs = slabs;
    this.maxElements = maxElements;
  }

  /** Calls `visit` with the index of each instruction of a program in turn; meanwhile it may take workspace. */
  forEachInstruction(program: Program, visit: (index: number) => void): void {
    const live = liveTensors(program);
    for (const index of program.instructions.keys()) {
      this.used = [];
      this.gaps = this.slabs.flatMap((elements, slab) =>
        freeIn(slab, elements, live[index]!, program.placements),
      );
      visit(index);
    }
  }

  take(elements: number): Placement {
    const size = Math.ceil(elements / alignment) * alignment;
    const gap = this.gaps
      .filter((one) => one.elements >= size)
      .sort((a, b) => a.elements - b.elements || a.slab - b.slab || a.offset - b.offset)[0];
    if (gap !== undefined) {
      const rest = { ...gap, offset: gap.offset + size, elements: gap.elements - size };
      this.gaps = this.gaps.map((one) => (one === gap ? rest : one));
      return { slab: gap.slab, offset: gap.offset };
    }
    let slab = this.used.findIndex((used) => used + size <= this.maxElements);
    if (slab < 0) slab = this.used.push(0) - 1;
    const offset = this.used[slab]!;
    this.used[slab] = offset + size;
    this.workspaceSlabs[slab] = Math.max(this.workspaceSlabs[slab] ?? 0, offset + size);
    return { slab: this.slabs.length + slab, offset };
  }
}

/** By instruction: the activations that are live while it runs. */
function liveTensors({ instructions, kept }: Program): readonly (readonly Tensor[])[] {
  const live = instructions.map((): Tensor[] => []);
  for (const [tensor, { first, last }] of lifetimes(instructions, kept)) {
    for (let index = first; index <= last && index < instructions.length; index++) live[index]!.push(tensor);
  }
  return live;
}

/** The gaps of a slab between these tensors. */
function freeIn(
  slab: number,
  elements: number,
  live: readonly Tensor[],
  placements: ReadonlyMap<number, Placement>,
): readonly Gap[] {
  const taken = live
    .map((tensor) => ({ place: placements.get(tensor.id)!, size: extent(tensor) }))
    .filter(({ place }) => place.slab === slab)
    .sort((a, b) => a.place.offset - b.place.offset);
  const gaps: Gap[] = [];
  let end = 0;
  for (const { place, size } of [...taken, { place: { slab, offset: elements }, size: 0 }]) {
    if (place.offset > end) gaps.push({ slab, offset: end, elements: place.offset - end });
    end = Math.max(end, place.offset + Math.ceil(size / alignment) * alignment);
  }
  return gaps;
}

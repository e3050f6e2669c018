// The oracle: plain float64 loops on one thread. Slow and simple; the tests measure the other executors by it.

import type { Executor, Values } from '../../executor.ts';
import { lifetimes } from '../../memory.ts';
import { type Instruction, checkArenas, type Placement, type Plan } from '../../plan.ts';
import { count, extent, gatherRows, scatterRows, type Tensor, type Vector } from '../../tensor.ts';
import type { ReferenceMemory } from '../../reference/memory.ts';
import { entryOf } from '../../operations/all.ts';
import { referenceKernels } from './table.ts';

/** Milliseconds. */
const longTurn = 50;

export class ReferenceExecutor implements Executor, ReferenceMemory {
  readonly name = 'reference';
  readonly precision = 'float64';
  readonly threads = 1;
  private plan: Plan;
  private readonly arenas: Readonly<Record<string, Float64Array>>;
  private slabs: readonly Float64Array[];
  private readonly births = new Map<string, Tensor[][]>();
  private placements: ReadonlyMap<number, Placement> = new Map();

  constructor(plan: Plan) {
    this.plan = plan;
    this.arenas = Object.fromEntries(
      Object.entries(plan.arenas).map(([name, size]) => [name, new Float64Array(size)]),
    );
    this.slabs = plan.slabs.map((size) => new Float64Array(size));
  }

  of(tensor: Tensor): Float64Array {
    if (tensor.arena !== undefined) {
      return this.arenas[tensor.arena]!.subarray(tensor.offset, tensor.offset + extent(tensor));
    }
    const place = this.placements.get(tensor.id);
    if (place === undefined) throw new Error(`${tensor.name} has no place in this program`);
    return this.slabs[place.slab]!.subarray(place.offset, place.offset + extent(tensor));
  }

  all({ arena, part }: Vector): Float64Array {
    const whole = this.arenas[arena]!;
    return part === undefined ? whole : whole.subarray(part.offset, part.offset + part.elements);
  }

  reprogram(plan: Plan): void {
    checkArenas(this.plan, plan);
    this.plan = plan;
    this.slabs = plan.slabs.map((size) => new Float64Array(size));
    this.births.clear();
  }

  write(tensor: Tensor, values: ArrayLike<number>): void {
    scatterRows(values, this.of(tensor), tensor);
  }

  read(tensor: Tensor): Promise<Values> {
    return Promise.resolve(gatherRows(this.of(tensor), new Float64Array(count(tensor.shape)), tensor));
  }

  readArena(arena: string): Promise<Values> {
    return Promise.resolve(this.arenas[arena]!.slice());
  }

  writeArena(arena: string, values: Values): void {
    this.arenas[arena]!.set(values);
  }

  async run(program: string): Promise<void> {
    let turned = Date.now();
    for (const step of this.stepsOf(program)) {
      // A program takes seconds; signals and timers get their turn meanwhile.
      if (Date.now() - turned > longTurn) {
        await new Promise((resolve) => setTimeout(resolve, 0));
        turned = Date.now();
      }
      step();
    }
  }

  /** As `run`, in one turn of the event loop. */
  runAtOnce(program: string): void {
    for (const step of this.stepsOf(program)) step();
  }

  /** What a program does, one instruction at a time. */
  private stepsOf(program: string): readonly (() => void)[] {
    const { instructions, placements } = this.plan.programs[program]!;
    this.placements = placements;
    const births = this.birthsOf(program, instructions);
    return instructions.map((instruction, index) => () => {
      for (const tensor of births[index]!) this.of(tensor).fill(0);
      entryOf(referenceKernels, instruction)(instruction, this);
    });
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  /** By instruction: the activations that it touches first. Slabs are reused, so they are cleared there. */
  private birthsOf(program: string, instructions: readonly Instruction[]): readonly (readonly Tensor[])[] {
    let births = this.births.get(program);
    if (births === undefined) {
      births = instructions.map((): Tensor[] => []);
      for (const [tensor, { first }] of lifetimes(instructions, new Set())) births[first]!.push(tensor);
      this.births.set(program, births);
    }
    return births;
  }
}

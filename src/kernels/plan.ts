// A plan: programs (fixed sequences of operations) over arenas and slabs, as plain data that executors replay.

import { type Tensor } from './tensor.ts';

/** What an instruction reads, writes and carries; the types are in the `types.ts` of each operation. */
interface Operands {
  readonly reads: object;
  readonly writes: object;
}

/** What executors look the kernel of an instruction up by. */
interface Opcode {
  readonly op: string;
  readonly pass: 'forward' | 'backward' | 'update';
}

/** One instruction of a program: an operation's forward or backward, or an update of a whole arena. */
export type Instruction = Opcode & Operands;

/** What a backward has whose operation has one input: where the gradient of the input goes. */
export interface InputGradient {
  readonly writes: { readonly dx: Tensor };
  /** dx is added to, not overwritten. */
  readonly accumulate: boolean;
}

/** Makes the instructions of one operation. F, B: what its forward and its backward read, write and carry. */
export interface Instructions<F extends Operands, B extends Operands> {
  forward(operands: F): Instruction;
  backward(operands: B): Instruction;
}

export function instructionsOf(op: string): Instructions<Operands, Operands> {
  return {
    forward: (operands) => ({ op, pass: 'forward', ...operands }),
    backward: (operands) => ({ op, pass: 'backward', ...operands }),
  };
}

/** Every element of y = value (spare lanes stay zero). It is here because `Graph` itself emits it. */
export interface Fill {
  readonly reads: object;
  readonly writes: { readonly y: Tensor };
  readonly value: number;
}

export function fill(y: Tensor, value: number): Instruction & Fill {
  return { op: 'fill', pass: 'update', reads: {}, writes: { y }, value };
}

/** Where an activation lives while its program runs: a slab and an offset in elements. */
export interface Placement {
  readonly slab: number;
  readonly offset: number;
}

export interface Program {
  readonly name: string;
  readonly instructions: readonly Instruction[];
  /** By tensor id, for the activations of this program. */
  readonly placements: ReadonlyMap<number, Placement>;
  /** Activations that can be read after a run. */
  readonly kept: ReadonlySet<Tensor>;
}

export interface Plan {
  /** Sizes in elements. Arenas live as long as the plan; parallel arenas share one layout. */
  readonly arenas: Readonly<Record<string, number>>;
  /** Sizes in elements; all programs use the same slabs, one after the other. */
  readonly slabs: readonly number[];
  readonly programs: Readonly<Record<string, Program>>;
}

/** Throws unless an executor's memory for one plan's arenas serves the other as it is. */
export function checkArenas(before: Plan, after: Plan): void {
  const text = ({ arenas }: Plan): string => JSON.stringify(Object.entries(arenas));
  if (text(before) !== text(after)) throw new Error(`arenas ${text(after)} are not ${text(before)}`);
}

/** All tensors in an instruction's `reads` or `writes`, however nested, each once. Vectors are not tensors. */
export function tensorsIn(value: unknown, found: Set<Tensor> = new Set()): Set<Tensor> {
  if (Array.isArray(value)) {
    for (const item of value) tensorsIn(item, found);
  } else if (typeof value === 'object' && value !== null) {
    if ('kind' in value && value.kind === 'tensor') found.add(value as Tensor);
    else for (const item of Object.values(value)) tensorsIn(item, found);
  }
  return found;
}

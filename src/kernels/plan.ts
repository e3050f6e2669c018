// A plan: programs (fixed sequences of operations) over arenas and slabs, as plain data that executors replay.

import type { PlanNode } from './operations.ts';
import { type Tensor } from './tensor.ts';

/** Where an activation lives while its program runs: a slab and an offset in elements. */
export interface Place {
  readonly slab: number;
  readonly offset: number;
}

export interface Program {
  readonly name: string;
  readonly nodes: readonly PlanNode[];
  /** By tensor id, for the activations of this program. */
  readonly places: ReadonlyMap<number, Place>;
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

/** All tensors in a node's `reads` or `writes`, however nested, each once. Vectors are not tensors. */
export function tensorsIn(value: unknown, found: Set<Tensor> = new Set()): Set<Tensor> {
  if (Array.isArray(value)) {
    for (const item of value) tensorsIn(item, found);
  } else if (typeof value === 'object' && value !== null) {
    if ('kind' in value && value.kind === 'tensor') found.add(value as Tensor);
    else for (const item of Object.values(value)) tensorsIn(item, found);
  }
  return found;
}

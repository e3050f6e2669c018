// What every strategy knows of a space: an architecture is the sequence of decisions that leads to it, as plain
// whole numbers. What the numbers mean (operations, sources, layers) only the space knows.

import type { Random } from '../base/random.ts';

/** One number a decision, in the order in which a controller takes them. Immutable, plain JSON. */
export type Architecture = readonly number[];

/** One decision of a sequence. */
export interface Decision {
  /** Decisions of one kind share their options, and a controller's embedding: `operation`, `from`. */
  readonly kind: string;
  /** Options of this kind in all; the decision is a whole number below it. */
  readonly size: number;
  /** The options that are open here, increasing, never empty. */
  readonly allowed: readonly number[];
}

/**
 * `oneHot`: every decision; `adjacency`: which operation sits on which edge; `path`: which sequences of operations
 * lead from an input to the output (White et al. 2021, BANANAS). Edges on no such path are left out of the last two.
 */
export const encodings = ['oneHot', 'adjacency', 'path'] as const;
export type Encoding = (typeof encodings)[number];

export interface DecisionSpace {
  readonly name: string;
  /** Number of decision sequences that differ in more than the order of a set; undefined where it is not known. */
  readonly size: bigint | undefined;
  /** The simplest architecture, where the space's paper starts from such a one instead of samples. */
  readonly start?: Architecture;
  /** The decision after these; undefined where the architecture is complete. */
  next(prefix: Architecture): Decision | undefined;
  /** What the next decision depends on, where that is known to be less than all of these: a state of a table of values. */
  state?(prefix: Architecture): string;
  /** Uniform over the space, or as the space's paper draws. */
  sample(random: Random): Architecture;
  /** A random neighbour. */
  mutate(architecture: Architecture, random: Random): Architecture;
  /** A child that has every decision of one of its parents, as far as they go together. */
  crossover(a: Architecture, b: Architecture, random: Random): Architecture;
  /** All architectures that differ in one decision, by `key`, each once and never the architecture itself. */
  neighbours(architecture: Architecture): readonly Architecture[];
  /** Equal for isomorphic architectures: those that compute the same up to the names of their nodes. */
  key(architecture: Architecture): string;
  /** As people write it: the space's published text form. */
  text(architecture: Architecture): string;
  /** The text of its genotype alone, where `text` says more. */
  genotype?(architecture: Architecture): string;
  /** Numbers for predictors; of one length in a space. */
  encode(architecture: Architecture, encoding: Encoding): Float64Array;
}

/** Whether the numbers are a complete architecture of the space; those before `from` are taken as open. */
export function isArchitecture(
  space: Pick<DecisionSpace, 'next'>,
  numbers: readonly number[],
  from = 0,
): boolean {
  for (let i = from; i < numbers.length; i++) {
    if (space.next(numbers.slice(0, i))?.allowed.includes(numbers[i]!) !== true) return false;
  }
  return space.next(numbers) === undefined;
}

// Tokens as rows of a matrix, with dropout, and batches of sequences step by step.

import type { Random } from '../../base/random.ts';
import type { Matrix } from './parameters.ts';

/** Whole numbers below a vocabulary's size. */
export type Sequence = readonly number[];

/** Tokens step by step: the first of all sequences, then the second, ... All have one length. */
export function stepByStep(sequences: readonly Sequence[]): Uint32Array {
  const [steps, count] = [sequences[0]!.length, sequences.length];
  return Uint32Array.from({ length: steps * count }, (_, i) => sequences[i % count]![Math.floor(i / count)]!);
}

/** Factors of elements: 0 for a share `rate` of them, else 1 / (1 - rate) (Srivastava et al. 2014). */
export function dropoutMask(size: number, rate: number, random: Random): Float64Array {
  const mask = new Float64Array(size);
  const limit = rate * 2 ** 32;
  const kept = 1 / (1 - rate);
  for (let i = 0; i < size; i++) if (random.uint32() >= limit) mask[i] = kept;
  return mask;
}

/** [tokens, columns] */
export function embed(
  { values, columns }: Matrix,
  tokens: Uint32Array,
  mask: Float64Array | undefined,
): Float64Array {
  const result = new Float64Array(tokens.length * columns);
  for (let n = 0; n < tokens.length; n++) {
    const [from, to] = [tokens[n]! * columns, n * columns];
    for (let j = 0; j < columns; j++) result[to + j] = values[from + j]! * (mask?.[to + j] ?? 1);
  }
  return result;
}

export function embedBackward(
  { gradient, columns }: Matrix,
  tokens: Uint32Array,
  mask: Float64Array | undefined,
  byRows: Float64Array,
): void {
  for (let n = 0; n < tokens.length; n++) {
    const [to, from] = [tokens[n]! * columns, n * columns];
    for (let j = 0; j < columns; j++) gradient[to + j]! += byRows[from + j]! * (mask?.[from + j] ?? 1);
  }
}

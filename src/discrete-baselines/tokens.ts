// Architectures as sequences of tokens, for models of sequences: decisions of different kinds have different tokens.

import { Random } from '../base/random.ts';
import type { Architecture, SearchSpace } from './architecture.ts';

export interface Tokens {
  /** Tokens are whole numbers below it. */
  readonly vocabulary: number;
  of(architecture: Architecture): readonly number[];
  architecture(tokens: readonly number[]): Architecture;
  /** The tokens of the decision after these; never asked for after the last. */
  open(tokens: readonly number[]): readonly number[];
}

/** Of a space whose decisions have the same kinds, in the same order, in all architectures. */
export function tokensOf(space: SearchSpace): Tokens {
  const example = space.sample(Random.fromSeed(0));
  const firsts = new Map<string, number>();
  let vocabulary = 0;
  const offsets = example.map((_, position) => {
    const { kind, size } = space.next(example.slice(0, position))!;
    const known = firsts.get(kind);
    if (known !== undefined) return known;
    firsts.set(kind, vocabulary);
    vocabulary += size;
    return vocabulary - size;
  });
  const architecture = (tokens: readonly number[]): Architecture =>
    tokens.map((token, position) => token - offsets[position]!);
  return {
    vocabulary,
    of: (decisions) => decisions.map((option, position) => option + offsets[position]!),
    architecture,
    open: (tokens) =>
      space.next(architecture(tokens))!.allowed.map((option) => option + offsets[tokens.length]!),
  };
}

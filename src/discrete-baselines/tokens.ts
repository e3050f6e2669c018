// Architectures as sequences of tokens, for models of sequences: decisions of different kinds have different tokens.

import { MixopError } from '../base/errors.ts';
import { Random } from '../base/random.ts';
import type { Architecture, Decision, DecisionSpace } from './architecture.ts';
import { decisionsOf } from './decisions.ts';

interface Tokens {
  /** Tokens are whole numbers below it. */
  readonly vocabulary: number;
  of(architecture: Architecture): readonly number[];
  architecture(tokens: readonly number[]): Architecture;
  /** The tokens of the decision after these; never asked for after the last. */
  open(tokens: readonly number[]): readonly number[];
}

/** Drawn to see whether a space's decisions are always of the same kinds. */
const samples = 50;

/**
 * The longest architecture's decisions of a space where all have the same kinds in the same order; throws a `MixopError`
 * for another.
 */
export function fixedDecisions(space: DecisionSpace): readonly Decision[] {
  const random = Random.fromSeed(0);
  const example = space.sample(random);
  const kinds = kindsOf(space, example);
  for (let n = 0; n < samples; n++) {
    if (kindsOf(space, space.sample(random)) === kinds) continue;
    const problem = 'its architectures differ in the number or the kinds of their decisions';
    const remedy = 'take a model of features (forest, ridge), or another strategy';
    throw new MixopError('config', `space ${space.name}`, problem, remedy);
  }
  return decisionsOf(space, example);
}

/** Of a space of `fixedDecisions`. */
export function tokensOf(space: DecisionSpace): Tokens {
  const firsts = new Map<string, number>();
  let vocabulary = 0;
  const offsets = fixedDecisions(space).map(({ kind, size }) => {
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

function kindsOf(space: DecisionSpace, architecture: Architecture): string {
  return decisionsOf(space, architecture)
    .map(({ kind }) => kind)
    .join(' ');
}

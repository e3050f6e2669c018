// Scores of untrained networks as features of predictors: 0/1, which of a score's quantiles an architecture is above.
// Scores of different sizes count alike so, and the number of bits in which two architectures differ is how far apart
// they are by rank, which the kernels take as well as the forest does.

import type { Architecture } from '../../discrete-baselines/architecture.ts';
import type { FeatureGroup } from '../../predictors/bit-kernel.ts';
import type { Bits } from '../../predictors/forest.ts';
import type { ScoredArchitecture } from '../../zero-cost/sample.ts';

export interface ScoreFeatures {
  /** Of an architecture that has scores; of others there are none to give. */
  of(architecture: Architecture): Bits;
  /** The features of every score. */
  readonly groups: readonly FeatureGroup[];
}

/** A score is told apart into this many parts of equal size. */
const parts = 16;

/** Quantiles are those of all that is scored: they need no evaluation. A network without a score is above none. */
export function scoreFeatures(
  scored: readonly ScoredArchitecture[],
  names: readonly string[],
): ScoreFeatures {
  const bounds = names.map((name) => {
    const sorted = Float64Array.from(scored, ({ scores }) => scores[name]!).sort();
    return Array.from(
      { length: parts - 1 },
      (_, i) => sorted[Math.floor(((i + 1) * sorted.length) / parts)]!,
    );
  });
  const bits = new Map(
    scored.map(({ digits, scores }) => [
      digits,
      Uint8Array.from(names.flatMap((name, i) => bounds[i]!.map((bound) => Number(scores[name]! > bound)))),
    ]),
  );
  return {
    groups: names.map((_, i) => ({ start: i * (parts - 1), end: (i + 1) * (parts - 1) })),
    of(architecture) {
      const found = bits.get(architecture.join(''));
      if (found === undefined) throw new Error(`architecture ${architecture.join('')} has no scores`);
      return found;
    },
  };
}

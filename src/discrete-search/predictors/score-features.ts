// Scores of untrained networks as features of predictors, 0 or 1: whether an architecture is above each quantile of a
// score. So scores of any scale have equal weight, and the number of bits in which two architectures differ is their
// distance by rank, which suits kernels and forests alike.

import type { Architecture } from '../../discrete-baselines/architecture.ts';
import type { FeatureGroup } from '../../predictors/bit-kernel.ts';
import type { Bits } from '../../predictors/forest.ts';
import type { ScoredArchitecture } from '../../zero-cost/sample.ts';

export interface ScoreFeatures {
  /** Of an architecture that has scores. */
  of(architecture: Architecture): Bits;
  /** The features of every score. */
  readonly groups: readonly FeatureGroup[];
}

/** The range of a score is divided into this many parts with equally many architectures. */
const parts = 16;

/** Quantiles are of all scored architectures: they need no evaluation. A network without a score is above none. */
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

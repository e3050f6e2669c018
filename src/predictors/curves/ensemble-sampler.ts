// Affine-invariant ensemble sampling (Goodman and Weare 2010; Foreman-Mackey et al. 2013, "emcee", algorithm 3): each
// half of the walkers moves along lines through walkers of the other half. Needs no scale of any parameter.

import type { Random } from '../../base/random.ts';

/** The scale a of the stretch move: z in [1/a, a]. */
const stretch = 2;

/** The logarithm of a density, up to a constant; -Infinity (or NaN) where it is 0. */
type LogDensity = (point: Float64Array) => number;

/**
 * Moves `walkers` (two or more times as many as dimensions, an even number, all inside of the density) in place, and
 * shows all of them after every step; they must not be kept, the next step moves them. Gives the share of moves that
 * were accepted.
 */
export function sampleEnsemble(
  density: LogDensity,
  walkers: readonly Float64Array[],
  steps: number,
  random: Random,
  seen: (walkers: readonly Float64Array[], step: number) => void,
): number {
  const dimensions = walkers[0]!.length;
  const half = walkers.length / 2;
  const logs = Float64Array.from(walkers, density);
  const moved = new Float64Array(dimensions);
  let accepted = 0;
  for (let step = 0; step < steps; step++) {
    for (let w = 0; w < walkers.length; w++) {
      const walker = walkers[w]!;
      const other = walkers[w < half ? half + random.below(half) : random.below(half)]!;
      // g(z) ~ 1 / sqrt(z) by inversion.
      const z = (1 + (stretch - 1) * random.uniform()) ** 2 / stretch;
      for (let d = 0; d < dimensions; d++) moved[d] = other[d]! + z * (walker[d]! - other[d]!);
      const log = density(moved);
      // Written so that a NaN is refused.
      if (!(Math.log(random.uniform()) < (dimensions - 1) * Math.log(z) + log - logs[w]!)) continue;
      walker.set(moved);
      logs[w] = log;
      accepted++;
    }
    seen(walkers, step);
  }
  return accepted / (steps * walkers.length);
}

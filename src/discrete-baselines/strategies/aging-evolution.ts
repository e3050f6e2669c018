// Aging (regularized) evolution (Real et al. 2019, algorithm 1): the winner of a tournament is mutated, its child
// joins the population, and the oldest leaves, however good it is.

import type { Architecture, DecisionSpace } from '../architecture.ts';
import { pick } from '../decisions.ts';
import type { Searcher } from '../searcher.ts';
import { askFirst, type Seeded } from './first-population.ts';

interface AgingSettings {
  /** P */
  readonly population: number;
  /** S: drawn with replacement. */
  readonly sample: number;
}

interface AgingState extends Seeded {
  /** Oldest first. */
  readonly population: readonly { readonly architecture: Architecture; readonly score: number }[];
}

/** The benchmark's setting for NAS-Bench-201 is P = 10, S = 3; the paper's for cells P = 100, S = 25. */
export function agingEvolution(
  space: DecisionSpace,
  { population: size, sample }: AgingSettings = { population: 10, sample: 3 },
): Searcher<AgingState> {
  return {
    name: 'aging-evolution',
    init: () => ({ toSeed: size, population: [] }),
    ask(state, count, random) {
      const first = askFirst(state, count, () => space.sample(random));
      if (first !== undefined) return first;
      const { toSeed, population } = state;
      const children = population.length > 0 ? count : 0;
      const proposals = Array.from({ length: children }, () => {
        let winner = pick(population, random);
        for (let i = 1; i < sample; i++) {
          const rival = pick(population, random);
          if (rival.score > winner.score) winner = rival;
        }
        return { architecture: space.mutate(winner.architecture, random) };
      });
      return { state: { toSeed, population }, proposals };
    },
    tell({ toSeed, population }, results) {
      const born = results.map(({ architecture, evaluation: { score } }) => ({ architecture, score }));
      return { toSeed, population: [...population, ...born].slice(-size) };
    },
  };
}

// Pairwise tournaments (Real et al. 2017, "Large-Scale Evolution of Image Classifiers", section 3.1): two of the
// population are drawn, the worse one is killed, the better one stays and has a mutated child, which may inherit its
// weights. The first population is random, or where the space has one the simplest architecture throughout.

import type { Architecture, DecisionSpace } from '../architecture.ts';
import type { Searcher } from '../searcher.ts';
import { askFirst, type Seeded } from './first-population.ts';

interface TournamentSettings {
  /** 1,000 in the paper. */
  readonly population: number;
}

interface Individual {
  /** Number of its evaluation. */
  readonly id: number;
  readonly architecture: Architecture;
  readonly score: number;
}

interface TournamentState extends Seeded {
  readonly population: readonly Individual[];
}

export function tournament(
  space: DecisionSpace,
  { population: size }: TournamentSettings = { population: 20 },
): Searcher<TournamentState> {
  return {
    name: 'tournament',
    init: () => ({ toSeed: size, population: [] }),
    ask(state, count, random) {
      const first = askFirst(state, count, () => space.start ?? space.sample(random));
      if (first !== undefined) return first;
      const { toSeed, population } = state;
      let alive = population;
      const proposals = [];
      // A tournament needs two; children that were not told yet are not among them.
      while (proposals.length < count && alive.length >= 2) {
        const [first, second] = random.permutation(alive.length);
        const pair = [alive[first!]!, alive[second!]!] as const;
        const [winner, loser] = pair[0].score >= pair[1].score ? pair : [pair[1], pair[0]];
        alive = alive.filter((one) => one !== loser);
        proposals.push({ architecture: space.mutate(winner.architecture, random), parent: winner.id });
      }
      return { state: { toSeed, population: alive }, proposals };
    },
    parents: ({ population }) => population.map(({ id }) => id),
    tell({ toSeed, population }, results) {
      const born = results.map(({ id, architecture, evaluation: { score } }) => ({
        id,
        architecture,
        score,
      }));
      return { toSeed, population: [...population, ...born] };
    },
  };
}

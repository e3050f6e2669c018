// Evolution of hierarchical representations (Liu et al. 2018, section 3.2): the winner of a tournament among a share of
// the population is mutated, its child joins, and nobody leaves. The first population is random.

import type { Architecture, DecisionSpace } from '../architecture.ts';
import type { Searcher } from '../searcher.ts';
import { askFirst, type Seeded } from './first-population.ts';

interface GrowingSettings {
  /** Random architectures at the start; 200 in the paper. */
  readonly initial: number;
  /** Of the population that takes part in a tournament, drawn without replacement; 0.05 in the paper. */
  readonly share: number;
}

interface GrowingState extends Seeded {
  readonly population: readonly { readonly architecture: Architecture; readonly score: number }[];
}

export function growingEvolution(
  space: DecisionSpace,
  { initial, share }: GrowingSettings = { initial: 200, share: 0.05 },
): Searcher<GrowingState> {
  return {
    name: 'growing-evolution',
    init: () => ({ toSeed: initial, population: [] }),
    ask(state, count, random) {
      const first = askFirst(state, count, () => space.sample(random));
      if (first !== undefined) return first;
      const { toSeed, population } = state;
      const children = population.length > 0 ? count : 0;
      const size = Math.max(1, Math.round(share * population.length));
      const proposals = Array.from({ length: children }, () => {
        const drawn = [...random.permutation(population.length).subarray(0, size)].map((i) => population[i]!);
        const winner = drawn.reduce((best, one) => (one.score > best.score ? one : best));
        return { architecture: space.mutate(winner.architecture, random) };
      });
      return { state: { toSeed, population }, proposals };
    },
    tell({ toSeed, population }, results) {
      const born = results.map(({ architecture, evaluation: { score } }) => ({ architecture, score }));
      return { toSeed, population: [...population, ...born] };
    },
  };
}

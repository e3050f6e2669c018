// Random search (Li and Talwalkar 2020): uniform draws with replacement. The control of every comparison.

import type { DecisionSpace } from '../architecture.ts';
import type { Searcher } from '../searcher.ts';

export function randomSearch(space: DecisionSpace): Searcher<null> {
  return {
    name: 'random',
    init: () => null,
    ask: (state, count, random) => ({
      state,
      proposals: Array.from({ length: count }, () => ({ architecture: space.sample(random) })),
    }),
    tell: (state) => state,
  };
}

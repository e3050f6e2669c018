// Architectures that something else has found, each once and in order; then draws from where it found them, those that
// were not asked for yet.

import type { Random } from '../../base/random.ts';
import type { Architecture, DecisionSpace } from '../architecture.ts';
import type { Proposal, Searcher } from '../searcher.ts';

/** Draws after which one that is known already is taken: where draws were found come from may hold no other. */
const mostDraws = 100;

/** Keys of what was asked for. */
type FoundFirstState = readonly string[];

export function foundFirst(
  name: string,
  space: Pick<DecisionSpace, 'key'>,
  found: readonly Architecture[],
  draw: (random: Random) => Architecture,
): Searcher<FoundFirstState> {
  return {
    name,
    init: () => [],
    ask(state, count, random) {
      const known = [...state];
      const proposals: Proposal[] = [];
      for (let i = 0; i < count; i++) {
        let architecture = found[known.length] ?? draw(random);
        for (let draws = 1; draws < mostDraws && known.includes(space.key(architecture)); draws++)
          architecture = draw(random);
        known.push(space.key(architecture));
        proposals.push({ architecture });
      }
      return { state: known, proposals };
    },
    tell: (state) => state,
  };
}

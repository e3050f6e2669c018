// Architectures that something else has found, each once and in order; then the search ends.

import type { Architecture } from '../architecture.ts';
import type { Searcher } from '../searcher.ts';

/** The state counts those that were asked for. */
export function fixedList(name: string, architectures: readonly Architecture[]): Searcher<number> {
  return {
    name,
    init: () => 0,
    ask(state, count) {
      const chosen = architectures.slice(state, state + count);
      return { state: state + chosen.length, proposals: chosen.map((architecture) => ({ architecture })) };
    },
    tell: (state) => state,
  };
}

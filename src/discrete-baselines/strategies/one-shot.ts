// One-Shot (Bender et al. 2018): random architectures are scored on shared weights, cheaply, and the best of them again
// with the full budget. The weights come from a supernet that was trained before.

import type { Architecture, DecisionSpace } from '../architecture.ts';
import type { Searcher } from '../searcher.ts';

interface OneShotSettings {
  /** Random architectures between two looks at the best of them. */
  readonly samples: number;
  /** How many of them are evaluated again. */
  readonly top: number;
  /** Share of the images that the first look takes; 1: the full budget. */
  readonly share: number;
}

interface OneShotState {
  /** Random architectures still to be asked for, and to be heard of. */
  readonly toSample: number;
  readonly awaited: number;
  readonly seen: readonly {
    readonly architecture: Architecture;
    readonly score: number;
    readonly id: number;
  }[];
  /** To be evaluated again, best first. */
  readonly again: readonly { readonly architecture: Architecture; readonly id: number }[];
}

export function oneShot(
  space: DecisionSpace,
  { samples, top, share }: OneShotSettings = { samples: 90, top: 10, share: 1 },
): Searcher<OneShotState> {
  const round: OneShotState = { toSample: samples, awaited: samples, seen: [], again: [] };
  return {
    name: 'one-shot',
    init: () => round,
    ask(state, count, random) {
      let now = state;
      if (now.awaited === 0 && now.again.length === 0) now = round;
      if (now.toSample > 0) {
        const fidelity = share < 1 ? { fidelity: { dataShare: share } } : {};
        const proposals = Array.from({ length: Math.min(count, now.toSample) }, () => ({
          architecture: space.sample(random),
          context: 'sample',
          ...fidelity,
        }));
        return { state: { ...now, toSample: now.toSample - proposals.length }, proposals };
      }
      if (now.awaited > 0) return { state: now, proposals: [] };
      const proposals = now.again.slice(0, count).map(({ architecture, id }) => ({
        architecture,
        parent: id,
        context: 'again',
      }));
      return { state: { ...now, again: now.again.slice(count) }, proposals };
    },
    tell(state, results) {
      const sampled = results.filter(({ context }) => context === 'sample');
      const seen = [
        ...state.seen,
        ...sampled.map(({ architecture, evaluation, id }) => ({ architecture, id, score: evaluation.score })),
      ];
      const awaited = state.awaited - sampled.length;
      if (sampled.length === 0 || awaited > 0) return { ...state, awaited, seen };
      const again = seen.toSorted((a, b) => b.score - a.score || a.id - b.id).slice(0, top);
      return {
        ...state,
        awaited,
        seen: [],
        again: again.map(({ architecture, id }) => ({ architecture, id })),
      };
    },
  };
}

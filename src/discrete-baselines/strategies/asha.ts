// Asynchronous successive halving (Li et al. 2020, "A system for massively parallel hyperparameter tuning", algorithm 2):
// whenever a worker is free, whoever is among the best 1/eta of a rung moves on; if there is nobody, a new architecture
// starts. No worker ever waits for a rung to be complete.

import type { Architecture, DecisionSpace } from '../architecture.ts';
import { rungsOf, type RungSettings } from '../rungs.ts';
import type { Proposal, Searcher } from '../searcher.ts';

interface Entry {
  readonly architecture: Architecture;
  readonly id: number;
  readonly score: number;
  /** Whether it has moved on. */
  readonly promoted: boolean;
}

/** The scored architectures of every rung but the last. */
type AshaState = readonly (readonly Entry[])[];

export function asha(space: DecisionSpace, settings: RungSettings): Searcher<AshaState> {
  const rungs = rungsOf(settings);
  /** The rung and place of who moves on next, from the highest rung down. */
  const next = (state: AshaState): readonly [number, number] | undefined => {
    for (let rung = state.length - 1; rung >= 0; rung--) {
      const entries = state[rung]!;
      const best = [...entries.keys()]
        .sort((a, b) => entries[b]!.score - entries[a]!.score || entries[a]!.id - entries[b]!.id)
        .slice(0, Math.floor(entries.length / settings.eta + 1e-9));
      const place = best.find((index) => !entries[index]!.promoted);
      if (place !== undefined) return [rung, place];
    }
    return undefined;
  };
  return {
    name: 'asha',
    init: () => rungs.slice(0, -1).map(() => []),
    ask(from, count, random) {
      let state = from;
      const proposals = Array.from({ length: count }, (): Proposal => {
        const found = next(state);
        if (found === undefined)
          return { architecture: space.sample(random), fidelity: rungs[0]!, context: 0 };
        const [rung, place] = found;
        const entry = state[rung]![place]!;
        state = state.with(rung, state[rung]!.with(place, { ...entry, promoted: true }));
        const { architecture, id } = entry;
        return { architecture, parent: id, fidelity: rungs[rung + 1]!, context: rung + 1 };
      });
      return { state, proposals };
    },
    tell(from, results) {
      let state = from;
      for (const { architecture, id, context, evaluation } of results) {
        const rung = context as number;
        if (rung >= state.length) continue;
        const entry = { architecture, id, score: evaluation.score, promoted: false };
        state = state.with(rung, [...state[rung]!, entry]);
      }
      return state;
    },
  };
}

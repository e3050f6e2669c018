// Local search (White et al. 2020, "Exploring the Loss Landscape in NAS"): all neighbours of the best architecture
// in random order; the first that is better takes its place. At a local optimum it starts again from a random one.

import type { Architecture, DecisionSpace } from '../architecture.ts';
import { pick } from '../decisions.ts';
import type { Searcher, Told } from '../searcher.ts';

interface LocalSettings {
  /** Random architectures at the start; the best of them is the first centre. */
  readonly initial: number;
}

interface LocalState {
  /** Random architectures still to be asked for, and still to be heard of, before the climb. */
  readonly toSeed: number;
  readonly awaited: number;
  readonly centre: { readonly architecture: Architecture; readonly score: number } | undefined;
  /** Neighbours of the centre that were not asked for yet. */
  readonly open: readonly Architecture[];
  /** Keys of what was asked for since the last start. */
  readonly seen: readonly string[];
  /** Number of the current climb: results of earlier ones no longer count. */
  readonly climb: number;
}

const fresh = (initial: number, climb: number): LocalState => ({
  toSeed: initial,
  awaited: 0,
  centre: undefined,
  open: [],
  seen: [],
  climb,
});

export function localSearch(
  space: DecisionSpace,
  { initial }: LocalSettings = { initial: 1 },
): Searcher<LocalState> {
  /** Moves the centre to the best of the results, if it is better, and lists its neighbours. */
  function climbed(state: LocalState, results: readonly Told[]): LocalState {
    const current = results.filter(({ context }) => context === state.climb);
    let { centre, open } = state;
    for (const { architecture, evaluation } of current) {
      if (centre === undefined || evaluation.score > centre.score) {
        centre = { architecture, score: evaluation.score };
        open = [];
      }
    }
    const awaited = state.awaited - current.length;
    const next = { ...state, awaited, centre, open };
    if (centre === state.centre || centre === undefined) return next;
    const seen = new Set(state.seen);
    return {
      ...next,
      open: space.neighbours(centre.architecture).filter((one) => !seen.has(space.key(one))),
    };
  }

  return {
    name: 'local-search',
    init: () => fresh(initial, 0),
    ask(state, count, random) {
      let now = state;
      // A local optimum: nothing open, nothing awaited.
      if (now.toSeed === 0 && now.awaited === 0 && now.open.length === 0) now = fresh(initial, now.climb + 1);
      const chosen: Architecture[] = [];
      if (now.toSeed > 0) {
        for (let i = 0; i < Math.min(count, now.toSeed); i++) chosen.push(space.sample(random));
        now = { ...now, toSeed: now.toSeed - chosen.length };
      } else {
        let { open } = now;
        while (chosen.length < count && open.length > 0) {
          const next = pick(open, random);
          open = open.filter((one) => one !== next);
          chosen.push(next);
        }
        now = { ...now, open };
      }
      const seen = [...now.seen, ...chosen.map((one) => space.key(one))];
      const proposals = chosen.map((architecture) => ({ architecture, context: now.climb }));
      return { state: { ...now, seen, awaited: now.awaited + chosen.length }, proposals };
    },
    tell: climbed,
  };
}

// Successive halving (Jamieson and Talwalkar 2016) and Hyperband (Li et al. 2018, algorithm 1): many architectures at a
// small fidelity, the best 1/eta of them at one eta times as large, and so on. Hyperband goes through brackets that
// start at different rungs, since nobody knows how far small fidelities can be trusted.

import type { Architecture, DecisionSpace } from '../architecture.ts';
import { rungsOf, type RungSettings } from '../rungs.ts';
import type { Searcher } from '../searcher.ts';

interface Bracket {
  /** The rung that it starts at, and how many architectures. */
  readonly rung: number;
  readonly size: number;
}

interface Member {
  readonly architecture: Architecture;
  /** The evaluation that it comes from; absent in a bracket's first rung. */
  readonly parent?: number;
}

interface HalvingState {
  /** Brackets begun so far; they are repeated in turn. */
  readonly begun: number;
  readonly rung: number;
  /** Members of the rung that are still to be asked for, and the number that were asked and not told. */
  readonly waiting: readonly Member[];
  readonly out: number;
  readonly scored: readonly {
    readonly architecture: Architecture;
    readonly score: number;
    readonly id: number;
  }[];
}

export function successiveHalving(
  space: DecisionSpace,
  { size, ...settings }: RungSettings & { readonly size: number },
): Searcher<HalvingState> {
  return halving('successive-halving', space, settings, [{ rung: 0, size }]);
}

/** A bracket for each rung: n = ceil((s_max + 1) / (s + 1) * eta^s) architectures start s rungs below the last. */
export function hyperband(space: DecisionSpace, settings: RungSettings): Searcher<HalvingState> {
  const last = rungsOf(settings).length - 1;
  const brackets = Array.from({ length: last + 1 }, (_, rung) => {
    const below = last - rung;
    return { rung, size: Math.ceil(((last + 1) / (below + 1)) * settings.eta ** below - 1e-9) };
  });
  return halving('hyperband', space, settings, brackets);
}

function halving(
  name: string,
  space: DecisionSpace,
  settings: RungSettings,
  brackets: readonly Bracket[],
): Searcher<HalvingState> {
  const rungs = rungsOf(settings);
  return {
    name,
    init: () => ({ begun: 0, rung: 0, waiting: [], out: 0, scored: [] }),
    ask(state, count, random) {
      let { begun, rung, waiting, scored } = state;
      if (waiting.length === 0 && state.out === 0) {
        const bracket = brackets[begun % brackets.length]!;
        waiting = Array.from({ length: bracket.size }, () => ({ architecture: space.sample(random) }));
        ({ rung } = bracket);
        scored = [];
        begun += 1;
      }
      const now = waiting.slice(0, count);
      return {
        state: { begun, rung, waiting: waiting.slice(now.length), out: state.out + now.length, scored },
        proposals: now.map((member) => ({ ...member, fidelity: rungs[rung]! })),
      };
    },
    tell(state, results) {
      const told = results.map(({ architecture, id, evaluation: { score } }) => ({
        architecture,
        id,
        score,
      }));
      const scored = [...state.scored, ...told];
      const out = state.out - results.length;
      if (out > 0 || state.waiting.length > 0) return { ...state, out, scored };
      // The rung is complete. At the last one, or where nobody is left, the next bracket begins when it is asked for.
      const rest = state.rung === rungs.length - 1 ? 0 : Math.floor(scored.length / settings.eta + 1e-9);
      const best = scored.toSorted((a, b) => b.score - a.score || a.id - b.id).slice(0, rest);
      const waiting = best.map(({ architecture, id }) => ({ architecture, parent: id }));
      return { ...state, rung: state.rung + 1, waiting, out, scored: [] };
    },
  };
}

// Progressive search (Liu et al. 2018, "Progressive neural architecture search", algorithm 1): all cells of one block are
// evaluated; then the cells that a surrogate expects most of among all that have one block more than the best.

import type { Predictor } from '../../predictors/predictor.ts';
import { normalScores } from '../../predictors/normal-scores.ts';
import type { Architecture } from '../architecture.ts';
import type { Searcher } from '../searcher.ts';
import { blockCount, type BlockSettings, distinctBlocks } from '../spaces/blocks.ts';

export interface ProgressiveState {
  /** Cells of this many blocks are being evaluated. */
  readonly level: number;
  readonly waiting: readonly Architecture[];
  readonly out: number;
  readonly scored: readonly { readonly cell: Architecture; readonly score: number }[];
}

/** `keep`: K, the cells that are evaluated at every level but the first. Ends after the last level. */
export function progressiveSearch(
  settings: BlockSettings & { readonly keep: number },
  predictor: Predictor<Architecture>,
): Searcher<ProgressiveState> {
  return {
    name: 'pnas',
    init: () => ({ level: 1, waiting: distinctBlocks(settings, 0), out: 0, scored: [] }),
    ask(state, count, random) {
      let { level, waiting } = state;
      if (waiting.length === 0 && state.out === 0 && level < settings.blocks) {
        const { scores } = normalScores(Float64Array.from(state.scored, ({ score }) => score));
        const model = predictor.fit(
          state.scored.map(({ cell }) => cell),
          scores,
          random.split('fit'),
        );
        const parents = state.scored
          .filter(({ cell }) => blockCount(cell) === level)
          .toSorted((a, b) => b.score - a.score)
          .slice(0, settings.keep);
        const blocks = distinctBlocks(settings, level);
        const grown = parents.flatMap(({ cell }) => blocks.map((block) => [...cell, ...block]));
        const { mean } = model.predict(grown);
        const order = [...grown.keys()].sort((a, b) => mean[b]! - mean[a]! || a - b);
        waiting = order.slice(0, settings.keep).map((index) => grown[index]!);
        level += 1;
      }
      const now = waiting.slice(0, count);
      return {
        state: { ...state, level, waiting: waiting.slice(now.length), out: state.out + now.length },
        proposals: now.map((architecture) => ({ architecture })),
      };
    },
    tell(state, results) {
      const told = results.map(({ architecture, evaluation: { score } }) => ({ cell: architecture, score }));
      return { ...state, out: state.out - results.length, scored: [...state.scored, ...told] };
    },
  };
}

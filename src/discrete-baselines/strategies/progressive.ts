// Progressive search (Liu et al. 2018, "Progressive neural architecture search", algorithm 1): all cells of one block are
// evaluated; then the cells that a surrogate expects most of among all that have one block more than the best.

import { MixopError } from '../../base/errors.ts';
import type { Random } from '../../base/random.ts';
import type { Predictor } from '../../predictors/predictor.ts';
import { normalScores } from '../../predictors/normal-scores.ts';
import type { Architecture, DecisionSpace } from '../architecture.ts';
import type { Searcher } from '../searcher.ts';
import { blockSettings, type BlockSpace } from '../spaces/block-space.ts';
import { blockCount, distinctBlocks, endOf, withoutEnd } from '../spaces/blocks.ts';

interface ProgressiveState {
  /** Cells of this many blocks are being evaluated. */
  readonly level: number;
  /** Cells as their blocks alone, here and below. */
  readonly waiting: readonly Architecture[];
  readonly out: number;
  readonly scored: readonly Scored[];
}

interface Scored {
  readonly cell: Architecture;
  readonly score: number;
}

/** The space as one of a single cell that grows by blocks; throws a `MixopError` for another. */
export function growingSpace(space: DecisionSpace): BlockSpace {
  if ('settings' in space && 'edges' in space) {
    const { cells, fewest } = (space as BlockSpace).settings;
    if (cells.length === 1 && fewest === 1) return space as BlockSpace;
  }
  const problem = `${space.name} has no single cell that grows by blocks`;
  throw new MixopError('config', 'strategy pnas', problem, 'take --space pnas, without --sizes');
}

/**
 * `keep`: K, the cells that are evaluated at every level but the first. `predictor` sees the blocks of a cell alone. Ends
 * after the last level.
 */
export function progressiveSearch(
  space: BlockSpace,
  { keep }: { readonly keep: number },
  predictor: Predictor<Architecture>,
): Searcher<ProgressiveState> {
  const settings = blockSettings(space);
  const whole = (cell: Architecture): Architecture =>
    blockCount(cell) < settings.blocks ? [...cell, endOf(settings)] : cell;

  /** The most promising cells of one block more, no two alike. */
  const grown = (scored: readonly Scored[], level: number, random: Random): readonly Architecture[] => {
    const predict = surrogate(predictor, scored, random);
    const blocks = distinctBlocks(settings, level);
    const cells = scored
      .filter(({ cell }) => blockCount(cell) === level)
      .toSorted((a, b) => b.score - a.score)
      .slice(0, keep)
      .flatMap(({ cell }) => {
        const children = blocks.map((block) => [...cell, ...block]);
        const means = predict(children);
        return children.map((child, i) => ({ cell: child, score: means[i]! }));
      })
      .sort((a, b) => b.score - a.score);
    const found = new Map<string, Architecture>();
    for (const { cell } of cells) {
      if (found.size === keep) break;
      const key = space.key(whole(cell));
      if (!found.has(key)) found.set(key, cell);
    }
    return [...found.values()];
  };

  return {
    name: 'pnas',
    init: () => ({ level: 1, waiting: distinctBlocks(settings, 0), out: 0, scored: [] }),
    ask(state, count, random) {
      let { level, waiting } = state;
      if (waiting.length === 0 && state.out === 0 && level < settings.blocks) {
        waiting = grown(state.scored, level, random);
        level += 1;
      }
      const now = waiting.slice(0, count);
      return {
        state: { ...state, level, waiting: waiting.slice(now.length), out: state.out + now.length },
        proposals: now.map((cell) => ({ architecture: whole(cell) })),
      };
    },
    tell(state, results) {
      const told = results.map(({ architecture, evaluation: { score } }) => ({
        cell: withoutEnd(architecture),
        score,
      }));
      return { ...state, out: state.out - results.length, scored: [...state.scored, ...told] };
    },
  };
}

/** What is expected of cells; by chance where all scores are the same: there is nothing to model then. */
function surrogate(
  predictor: Predictor<Architecture>,
  scored: readonly Scored[],
  random: Random,
): (cells: readonly Architecture[]) => Float64Array {
  if (scored.every(({ score }) => score === scored[0]!.score)) {
    const stream = random.split('chance');
    return (cells) => Float64Array.from(cells, () => stream.uniform());
  }
  const { scores } = normalScores(Float64Array.from(scored, ({ score }) => score));
  const model = predictor.fit(
    scored.map(({ cell }) => cell),
    scores,
    random.split('fit'),
  );
  return (cells) => model.predict(cells).mean;
}

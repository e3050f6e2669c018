// Bayesian optimisation: a model of what has been scored, and an acquisition that weighs its mean against its
// deviation (Kandasamy et al. 2018, "NASBOT"; White et al. 2021, "BANANAS"). Which model is the caller's choice.

import type { Random } from '../../base/random.ts';
import { normalCumulative, normalDensity } from '../../base/normal.ts';
import { normalScores } from '../../predictors/normal-scores.ts';
import type { Prediction, Predictor } from '../../predictors/predictor.ts';
import type { Architecture, DecisionSpace } from '../architecture.ts';
import { drawFresh } from '../decisions.ts';
import type { Searcher } from '../searcher.ts';

/**
 * `ei`: expected improvement on the best score; `ucb`: mean + 2.576 deviations (Jin et al. 2019); `thompson`: a draw for
 * each candidate on its own, as in BANANAS.
 */
export const acquisitions = ['ei', 'ucb', 'thompson'] as const;
type Acquisition = (typeof acquisitions)[number];

interface BayesianSettings {
  readonly acquisition: Acquisition;
  /** Random architectures before the first model. */
  readonly initial: number;
  /** Random candidates of an ask; the neighbours of the `best` best architectures join them. */
  readonly candidates: number;
  readonly best: number;
}

interface BayesianState {
  /** Keys of all that was asked for, so that nothing is evaluated twice. */
  readonly asked: readonly string[];
  readonly scored: readonly { readonly architecture: Architecture; readonly score: number }[];
}

const confidence = 2.576;

export function bayesianOptimisation(
  space: DecisionSpace,
  predictor: Predictor<Architecture>,
  { acquisition, initial, candidates, best }: BayesianSettings,
): Searcher<BayesianState> {
  return {
    name: 'bayesian-optimisation',
    init: () => ({ asked: [], scored: [] }),
    ask({ asked, scored }, count, random) {
      const seen = new Set(asked);
      const fresh = (architecture: Architecture): boolean => {
        const key = space.key(architecture);
        return !seen.has(key) && Boolean(seen.add(key));
      };
      const start = Math.min(count, initial - asked.length);
      // All of one score: there is nothing to model yet.
      const flat = scored.every(({ score }) => score === scored[0]!.score);
      if (start <= 0 && scored.length === 0) return { state: { asked, scored }, proposals: [] };
      const pool = drawFresh(space, start > 0 || flat ? Math.max(start, 1) : candidates, fresh, random);
      let chosen = pool;
      if (start <= 0 && !flat) {
        const top = scored.toSorted((a, b) => b.score - a.score).slice(0, best);
        pool.push(...top.flatMap(({ architecture }) => space.neighbours(architecture)).filter(fresh));
        const { scores } = normalScores(Float64Array.from(scored, ({ score }) => score));
        const known = scored.map(({ architecture }) => architecture);
        const model = predictor.fit(known, scores, random.split('fit'));
        const values = acquire(
          acquisition,
          model.predict(pool),
          Math.max(...scores),
          random.split('acquire'),
        );
        const order = [...pool.keys()].sort((a, b) => values[b]! - values[a]! || a - b);
        chosen = order.slice(0, count).map((index) => pool[index]!);
      }
      const keys = chosen.map((architecture) => space.key(architecture));
      return {
        state: { asked: [...asked, ...keys], scored },
        proposals: chosen.map((architecture) => ({ architecture })),
      };
    },
    tell({ asked, scored }, results) {
      const told = results.map(({ architecture, evaluation: { score } }) => ({ architecture, score }));
      return { asked, scored: [...scored, ...told] };
    },
  };
}

/** EI = (mean - best) Phi(z) + deviation phi(z), z = (mean - best) / deviation. */
function acquire(
  acquisition: Acquisition,
  { mean, deviation }: Prediction,
  best: number,
  random: Random,
): Float64Array {
  return mean.map((value, i) => {
    const spread = deviation[i]!;
    if (acquisition === 'ucb') return value + confidence * spread;
    if (acquisition === 'thompson') return value + spread * random.normal();
    if (spread === 0) return Math.max(0, value - best);
    const z = (value - best) / spread;
    return (value - best) * normalCumulative(z) + spread * normalDensity(z);
  });
}

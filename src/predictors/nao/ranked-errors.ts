// Scores as the errors in (0, 1) that NAO's predictor learns: by rank, since scaled by the largest and the smallest (as
// in the paper) a few very bad architectures leave all others alike.

import { normalCumulative, normalQuantile } from '../../base/normal.ts';
import { normalScores } from '../normal-scores.ts';

interface RankedErrors {
  /** 1 - (rank - 0.5) / n, ranks from 1 for the lowest score: the best architecture has the least error. */
  readonly errors: Float64Array;
  /** Back to a score, in the unit of the scores, from an error in [0, 1]. */
  readonly score: (error: number) => number;
}

/** A sigmoid can round to 0 or 1, which have no quantile. */
const least = 1e-9;

export function rankedErrors(targets: Float64Array): RankedErrors {
  const normal = normalScores(targets);
  return {
    errors: normal.scores.map((score) => 1 - normalCumulative(score)),
    score: (error) => normal.inverse(normalQuantile(1 - Math.min(Math.max(error, least), 1 - least))),
  };
}

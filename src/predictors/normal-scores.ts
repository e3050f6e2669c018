// Targets turned into normal scores: only their order is kept.

import { normalQuantile } from '../base/normal.ts';
import { ranks } from '../base/statistics.ts';

interface NormalScores {
  /** The quantile of (rank - 0.5) / n for each target, ranks from 1: order is all that is kept. */
  readonly scores: Float64Array;
  /** Back to the unit of the targets: linear between them, and along the mean slope beyond them. */
  inverse(score: number): number;
}

/** Targets turned into normal scores, so that the few very bad architectures do not rule the fit. */
export function normalScores(targets: Float64Array): NormalScores {
  const n = targets.length;
  const scores = ranks(targets).map((rank) => normalQuantile((rank - 0.5) / n));
  const knots = [...new Map(Array.from(scores, (score, i) => [score, targets[i]!])).entries()].sort(
    ([a], [b]) => a - b,
  );
  const [lowScore, lowTarget] = knots[0]!;
  const [highScore, highTarget] = knots.at(-1)!;
  const slope = highScore > lowScore ? (highTarget - lowTarget) / (highScore - lowScore) : 0;
  return {
    scores,
    inverse(score) {
      if (score <= lowScore) return lowTarget + slope * (score - lowScore);
      if (score >= highScore) return highTarget + slope * (score - highScore);
      const above = knots.findIndex(([knot]) => knot >= score);
      const [x0, y0] = knots[above - 1]!;
      const [x1, y1] = knots[above]!;
      return y0 + ((y1 - y0) * (score - x0)) / (x1 - x0);
    },
  };
}

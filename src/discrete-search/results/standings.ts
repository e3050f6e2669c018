// Searches of several strategies compared: ranks, how early the control's mean is reached, significance.

import { minOf } from '../../base/extremes.ts';
import { mannWhitney, meanOf, type MeanOf, ranks } from '../../base/statistics.ts';
import { type Axis, type CurvePoint, reaches } from './curves.ts';
import type { Summary } from './summary.ts';

/** Searches below which a test of significance is meaningless. */
export const minSeeds = 4;

/** The strategy that others are compared with. */
export const control = 'random';

export interface Contestant {
  /** Its name, or that of its run. */
  readonly strategy: string;
  readonly summary: Summary;
  readonly curve: readonly CurvePoint[];
}

export interface Standing extends Contestant {
  /** Mean over seeds of the rank among the strategies by score; 1 is the best. */
  readonly rank: number;
  /** What was spent when its mean curve reached the target; undefined where it did not, or without a target. */
  readonly early: number | undefined;
  /** One-sided Mann-Whitney: the probability of such scores if the strategy were no better than the other. */
  readonly above: Readonly<Record<string, number>>;
}

export interface Standings<T extends Standing = Standing> {
  readonly axis: Axis;
  /** The best possible score; undefined where it is not known. */
  readonly optimum: number | undefined;
  /** The mean with which random search ends; undefined without random search. */
  readonly target: number | undefined;
  /** By mean score, best first. */
  readonly rows: readonly T[];
}

/** found: under equal conditions, with distinct names. */
export function standingsOf<T extends Contestant>(
  found: readonly T[],
  target: number | undefined,
): readonly (T & Standing)[] {
  const scores = found.map(({ summary }) => summary.outcomes.map(({ best }) => best.score));
  const rank = meanRanks(scores);
  return found
    .map((one, i) => ({
      ...one,
      rank: rank[i]!.mean,
      early: target === undefined ? undefined : reaches(one.curve, target),
      above: Object.fromEntries(
        found.flatMap(({ strategy }, j) =>
          i === j ? [] : [[strategy, mannWhitney(scores[i]!, scores[j]!)]],
        ),
      ),
    }))
    .sort((a, b) => b.summary.score.mean - a.summary.score.mean);
}

/** scores: by strategy, then by seed. Equal scores share the mean of their ranks. */
function meanRanks(scores: readonly (readonly number[])[]): readonly MeanOf[] {
  const seeds = minOf(scores.map((of) => of.length));
  const bySeed = Array.from({ length: seeds }, (_, seed) => ranks(scores.map((of) => -of[seed]!)));
  return scores.map((_, i) => meanOf(bySeed.map((rank) => rank[i]!)));
}

// Searches of several strategies held against each other: ranks, how early the control's mean is reached, significance.

import { mannWhitney, meanOf, type MeanOf, ranks } from '../../base/statistics.ts';
import { type Axis, type CurvePoint, reaches } from './curves.ts';
import type { Summary } from './summary.ts';

/** Searches below which no test of significance says anything. */
export const fewestSeeds = 4;

/** The strategy that others are held against. */
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
  /** Spent when its mean curve reaches the target; undefined where it never does, or where there is none. */
  readonly early: number | undefined;
  /** One-sided Mann-Whitney: how likely such scores were, did the strategy not find better ones than the other. */
  readonly above: Readonly<Record<string, number>>;
}

export interface Standings<T extends Standing = Standing> {
  readonly axis: Axis;
  /** The best score that there is; undefined where it is not known. */
  readonly optimum: number | undefined;
  /** The mean that random search ends with; undefined where it is not among them. */
  readonly target: number | undefined;
  /** By mean score, best first. */
  readonly rows: readonly T[];
}

/** found: under equal conditions, each of another name. */
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
  const seeds = Math.min(...scores.map((of) => of.length));
  const bySeed = Array.from({ length: seeds }, (_, seed) => ranks(scores.map((of) => -of[seed]!)));
  return scores.map((_, i) => meanOf(bySeed.map((rank) => rank[i]!)));
}

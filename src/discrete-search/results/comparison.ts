// What runs of several strategies under equal budgets show together.

import { dominates } from '../../base/pareto.ts';
import type { StoppingSummary } from '../../predictors/curves/stopping.ts';
import { tracesOf } from '../ledger.ts';
import type { BaselineResult } from '../options.ts';
import { type Axis, curveOf } from './curves.ts';
import { boxOf, coveredBy, type Front } from './front.ts';
import { type Contestant, type Standing, type Standings, standingsOf } from './standings.ts';

interface Found extends Contestant {
  /** The best architecture of all its searches, as text. */
  readonly text: string;
  /** Only where an objective was given. Its box, and so the share that it covers, is that of all strategies. */
  readonly front?: Front & { /** Points that no other strategy beats. */ readonly unbeaten: number };
  /** Only where trainings may be stopped early. */
  readonly stopping?: StoppingSummary;
}

export interface Comparison extends Standings<Found & Standing> {
  readonly finished: boolean;
  readonly scoreName: string;
}

/** results: finished, with evaluations; the control's first. */
export function comparisonOf(results: readonly BaselineResult[], axis: Axis): Comparison {
  const { scoreName, optimum, summary } = results[0]!;
  const target = summary!.score.mean;
  const fronts = comparedFronts(results);
  const found = results.map(({ config, lines, summary, text, stopping }, i): Found => ({
    strategy: config.strategy,
    summary: summary!,
    text: text!,
    curve: curveOf(tracesOf(lines), axis),
    ...(fronts[i] && { front: fronts[i] }),
    ...(stopping && { stopping }),
  }));
  return { finished: true, axis, scoreName, optimum, target, rows: standingsOf(found, target) };
}

/** Fronts of strategies measured by one box, and each against the others. */
function comparedFronts(results: readonly BaselineResult[]): readonly Found['front'][] {
  const found = results.flatMap(({ front }) => front ?? []);
  if (found.length === 0) return [];
  const box = boxOf(found.flatMap(({ box }) => [box.worst, box.best]));
  const all = found.flatMap(({ points }) => points);
  return results.map(
    ({ front, lines }) =>
      front && {
        ...front,
        box,
        covered: coveredBy(lines, front.objective, box),
        unbeaten: front.points.filter((point) => !all.some((other) => dominates(other, point))).length,
      },
  );
}

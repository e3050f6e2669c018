// The front of a ledger: the architectures that no other one beats both in score and in a second number, and how much of
// what was seen they cover.

import { hypervolume, paretoFront, type Trade } from '../../base/pareto.ts';
import { meanOf, type MeanOf } from '../../base/statistics.ts';
import type { Architecture } from '../../discrete-baselines/architecture.ts';
import { fullest, type LedgerLine, tracesOf } from '../ledger.ts';

/** `gain` is the score, `cost` the objective. */
export interface FrontPoint extends Trade {
  readonly seed: number;
  readonly id: number;
  readonly architecture: Architecture;
  /** In the space's text form. */
  readonly text: string;
}

/** The worst and the best that was seen, each by itself. */
export interface Box {
  readonly worst: Trade;
  readonly best: Trade;
}

export interface Front {
  /** What `cost` is. */
  readonly objective: string;
  /** Of all searches together, by increasing cost and score. */
  readonly points: readonly FrontPoint[];
  readonly box: Box;
  /** The share of the box that a search's front dominates, over searches. */
  readonly covered: MeanOf;
}

/**
 * Of the evaluations with the largest budget that was given and a known objective; undefined where there are none.
 */
export function frontOf(
  lines: readonly LedgerLine[],
  objective: string,
  textOf: (architecture: Architecture) => string,
): Front | undefined {
  const trades = tradesOf(lines, objective);
  if (trades.length === 0) return undefined;
  const box = boxOf(trades);
  return {
    objective,
    points: paretoFront(trades).map(({ gain, cost, line: { seed, id, architecture } }) => ({
      gain,
      cost,
      seed,
      id,
      architecture,
      text: textOf(architecture),
    })),
    box,
    covered: coveredBy(lines, objective, box),
  };
}

/** The share of a box that a search's front dominates, over searches: of another box, such as that of several strategies. */
export function coveredBy(lines: readonly LedgerLine[], objective: string, box: Box): MeanOf {
  const { worst, best } = box;
  const area = (best.gain - worst.gain) * (worst.cost - best.cost);
  // One score or one cost for all: the front is one point, and covers all that there is.
  const share = (points: readonly Trade[]): number => {
    if (points.length === 0) return 0;
    return area === 0 ? 1 : hypervolume(points, worst) / area;
  };
  // A search that was never given the largest budget covers nothing, whatever its smaller ones gave.
  const whole = new Set(fullest(lines));
  const fronts = tracesOf(lines).map((trace) => trace.lines.filter((line) => whole.has(line)));
  return meanOf(fronts.map((trace) => share(tradesOf(trace, objective))));
}

/** Gains: the least worst, the largest best; costs the other way round. */
export function boxOf(points: readonly Trade[]): Box {
  const extreme = (sign: number): Trade =>
    points.reduce(({ gain, cost }, point) => ({
      gain: sign * Math.max(sign * gain, sign * point.gain),
      cost: sign * Math.min(sign * cost, sign * point.cost),
    }));
  return { worst: extreme(-1), best: extreme(1) };
}

function tradesOf(
  lines: readonly LedgerLine[],
  objective: string,
): readonly (Trade & { readonly line: LedgerLine })[] {
  return fullest(lines).flatMap((line) => {
    const cost = line.metrics[objective];
    return cost === undefined ? [] : [{ gain: line.score, cost, line }];
  });
}

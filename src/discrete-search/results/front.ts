// The Pareto front of a ledger: the architectures that no other beats in both score and objective, and the share of the
// range seen that they dominate.

import { hypervolume, paretoFront, type Trade } from '../../base/pareto.ts';
import { meanOf, type MeanOf } from '../../base/statistics.ts';
import type { Architecture } from '../../discrete-baselines/architecture.ts';
import { withLargestBudget, type LedgerLine, tracesOf } from '../ledger.ts';

/** `gain` is the score, `cost` the objective. */
interface FrontPoint extends Trade {
  readonly seed: number;
  readonly id: number;
  readonly architecture: Architecture;
  /** In the space's text form. */
  readonly text: string;
}

/** The worst and the best seen, of score and objective independently. */
interface Box {
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
 * Of the evaluations with the largest budget and a known objective; undefined where there are none.
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

/** The share of a box that a search's front dominates, over searches. The box may be larger, as that of several strategies. */
export function coveredBy(lines: readonly LedgerLine[], objective: string, box: Box): MeanOf {
  const { worst, best } = box;
  const area = (best.gain - worst.gain) * (worst.cost - best.cost);
  // Where all have one score or one cost, the front is a point and covers everything.
  const share = (points: readonly Trade[]): number => {
    if (points.length === 0) return 0;
    return area === 0 ? 1 : hypervolume(points, worst) / area;
  };
  // A search that never used the largest budget covers nothing.
  const whole = new Set(withLargestBudget(lines));
  const fronts = tracesOf(lines).map((trace) => trace.lines.filter((line) => whole.has(line)));
  return meanOf(fronts.map((trace) => share(tradesOf(trace, objective))));
}

/** Worst: min gain, max cost; best: max gain, min cost. */
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
  return withLargestBudget(lines).flatMap((line) => {
    const cost = line.metrics[objective];
    return cost === undefined ? [] : [{ gain: line.score, cost, line }];
  });
}

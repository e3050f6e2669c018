// The best so far against what was spent: mean and band over seeds, at places that all searches share.

import { maxOf, minOf } from '../../base/extremes.ts';
import { quantile } from '../../base/statistics.ts';
import { incumbents, type Trace } from '../ledger.ts';

/** What the horizontal axis counts. */
export type Axis = 'evaluations' | 'seconds';

export interface CurvePoint {
  /** Spent, on the axis. */
  readonly at: number;
  readonly mean: number;
  /** 10 % and 90 % quantiles over seeds. */
  readonly low: number;
  readonly high: number;
}

interface Steps {
  /** Spent after every evaluation, increasing. */
  readonly spent: readonly number[];
  /** The best score so far there. */
  readonly best: readonly number[];
}

function stepsOf(trace: Trace, axis: Axis): Steps {
  let seconds = 0;
  const spent = trace.lines.map((line, i) => (axis === 'seconds' ? (seconds += line.seconds) : i + 1));
  return { spent, best: incumbents(trace).map(({ score }) => score) };
}

/** The best score at a cost; undefined before the first result. */
function valueAt({ spent, best }: Steps, at: number): number | undefined {
  let [low, high] = [0, spent.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (spent[middle]! <= at) low = middle + 1;
    else high = middle;
  }
  return best[low - 1];
}

/** `points` places, evenly from where every search has a result to where the first one ends. */
export function curveOf(traces: readonly Trace[], axis: Axis, points = 120): readonly CurvePoint[] {
  const all = traces.filter(({ lines }) => lines.length > 0).map((trace) => stepsOf(trace, axis));
  if (all.length === 0) return [];
  const start = maxOf(all.map(({ spent }) => spent[0]!));
  const end = Math.max(start, minOf(all.map(({ spent }) => spent.at(-1)!)));
  const whole = axis === 'evaluations';
  const places = new Set(
    Array.from({ length: points }, (_, i) => {
      const at = start + ((end - start) * i) / Math.max(1, points - 1);
      return whole ? Math.round(at) : at;
    }),
  );
  return [...places].map((at) => {
    const values = all.map((steps) => valueAt(steps, at)!).sort((a, b) => a - b);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    return { at, mean, low: quantile(values, 0.1), high: quantile(values, 0.9) };
  });
}

/** Where a mean curve first reaches a score, up to rounding; undefined where it never does. */
export function reaches(curve: readonly CurvePoint[], score: number): number | undefined {
  const enough = score - 1e-12 * Math.abs(score);
  return curve.find(({ mean }) => mean >= enough)?.at;
}

// How good extrapolators are on recorded curves: error and calibration of the last value, from a share of the curve.

import type { Random } from '../../base/random.ts';
import { mean } from '../../base/statistics.ts';
import type { CurveExtrapolator, PartialCurve } from './forecast.ts';

export interface CurveScore {
  readonly extrapolator: string;
  /** Epochs seen, and complete curves that were spent on learning. */
  readonly seen: number;
  readonly spent: number;
  readonly asked: number;
  readonly rmse: number;
  /** 1 - sum of squared errors / that of the mean of the asked curves; null where all of them end alike. */
  readonly r2: number | null;
  /** Share of last values within the central 90 % of the forecast. */
  readonly coverage90: number;
}

/** Complete curves, apart: those to learn from and those to forecast. */
interface CurveSplit {
  readonly learn: readonly PartialCurve[];
  readonly ask: readonly PartialCurve[];
}

export function splitCurves(
  curves: readonly PartialCurve[],
  learn: number,
  ask: number,
  random: Random,
): CurveSplit {
  const order = Array.from(random.split('curves').permutation(curves.length), (index) => curves[index]!);
  return { learn: order.slice(0, learn), ask: order.slice(learn, learn + ask) };
}

/** Variance of last values, relative to their square, that rounding alone may give. */
const alike = 1e-24;

/** seen: at least 1. */
export function scoreExtrapolator(
  extrapolator: CurveExtrapolator,
  { learn, ask }: CurveSplit,
  seen: number,
  random: Random,
): CurveScore {
  const length = ask[0]!.values.length;
  const running = ask.map(({ values, features }) => ({ values: values.subarray(0, seen), features }));
  const forecasts = extrapolator.fit(learn, seen, length, random)(running);
  const last = ask.map(({ values }) => values[length - 1]!);
  const centre = mean(last);
  let squares = 0;
  let total = 0;
  let inside = 0;
  forecasts.forEach((forecast, i) => {
    squares += (forecast.mean - last[i]!) ** 2;
    total += (last[i]! - centre) ** 2;
    const above = forecast.above(last[i]!);
    if (above >= 0.05 && above <= 0.95) inside++;
  });
  return {
    extrapolator: extrapolator.name,
    seen,
    spent: extrapolator.needs > 0 ? learn.length : 0,
    asked: ask.length,
    rmse: Math.sqrt(squares / ask.length),
    r2: total <= alike * ask.length * centre ** 2 ? null : 1 - squares / total,
    coverage90: inside / ask.length,
  };
}

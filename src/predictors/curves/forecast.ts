// What is said of a run that has not ended: the distribution of its last value. Curves rise, 0 to 1.

import { MixopError } from '../../base/errors.ts';
import type { Random } from '../../base/random.ts';
import { normalCumulative } from '../../base/normal.ts';

/** A run, as far as it has come. */
export interface PartialCurve {
  /** One value an epoch from the first on; at least 1. */
  readonly values: Float64Array;
  /** What was known before the run started; equally many for all runs of a task. */
  readonly features: readonly number[];
}

export interface Forecast {
  readonly mean: number;
  readonly deviation: number;
  /** P(last value > y). */
  above(y: number): number;
}

/** Forecasts of runs that have all been seen for equally many epochs. */
type Forecaster = (running: readonly PartialCurve[]) => readonly Forecast[];

/** Learns from runs that have ended, and forecasts the last value of runs that have not. */
export interface CurveExtrapolator {
  readonly name: string;
  /** How many runs must have ended; 0 where a run's own beginning is enough. */
  readonly needs: number;
  /**
   * For runs seen for `seen` epochs of `length`; `complete` are runs with `length` values each. Equal arguments give
   * equal forecasts. Throws a `MixopError` for too few or unusable curves.
   */
  fit(complete: readonly PartialCurve[], seen: number, length: number, random: Random): Forecaster;
}

/**
 * The extrapolator, with a refusal of what it cannot use, in one way for all: too few ended runs, runs shorter than they
 * are said to be, values that are not finite. Constant values are used: their forecast is that value, with certainty.
 */
export function refusing(extrapolator: CurveExtrapolator): CurveExtrapolator {
  const { name, needs } = extrapolator;
  const refuse = (problem: string, remedy: string): MixopError =>
    new MixopError('numeric', name, problem, remedy);
  const check = (curves: readonly PartialCurve[], epochs: number, what: string): void => {
    for (const [run, { values }] of curves.entries()) {
      const bad = values.subarray(0, epochs).findIndex((value) => !Number.isFinite(value));
      const place = `value ${bad + 1} of ${what} curve ${run + 1}`;
      if (bad >= 0) throw refuse(`${place} is ${values[bad]}`, 'leave diverged runs out, or end them before');
      if (values.length >= epochs) continue;
      const problem = `${what} curve ${run + 1} has ${values.length} values, not ${epochs}`;
      throw refuse(problem, 'give curves that are as long');
    }
  };
  return {
    ...extrapolator,
    fit(complete, seen, length, random) {
      if (complete.length < needs)
        throw refuse(`${complete.length} complete curves`, `give ${needs} or more, or extrapolate by mcmc`);
      check(complete, length, 'complete');
      const forecast = extrapolator.fit(complete, seen, length, random);
      return (running) => {
        check(running, seen, 'running');
        return forecast(running);
      };
    },
  };
}

/** A normal distribution; a deviation of 0 is a certain value. */
export function normalForecast(mean: number, deviation: number): Forecast {
  return {
    mean,
    deviation,
    above: (y) => (deviation > 0 ? normalCumulative((mean - y) / deviation) : mean > y ? 1 : 0),
  };
}

/** A mixture of normal distributions in equal parts: samples of a posterior, each with its noise. */
export function mixtureForecast(means: ArrayLike<number>, deviations: ArrayLike<number>): Forecast {
  const parts = Array.from(means, (mean, i) => normalForecast(mean, deviations[i]!));
  const mean = parts.reduce((sum, part) => sum + part.mean, 0) / parts.length;
  const second = parts.reduce((sum, part) => sum + (part.mean - mean) ** 2 + part.deviation ** 2, 0);
  return {
    mean,
    deviation: Math.sqrt(second / parts.length),
    above: (y) => parts.reduce((sum, part) => sum + part.above(y), 0) / parts.length,
  };
}

// The last value of a curve from its beginning, by nu-SVR on features of curve and architecture (Baker, Gupta, Raskar
// and Naik 2017, "Accelerating neural architecture search using performance prediction"). One model for each number of
// epochs seen; the deviation is that of the errors under cross-validation, with caution.

import { deviation } from '../../base/statistics.ts';
import { type CurveExtrapolator, normalForecast, type PartialCurve, refusing } from './forecast.ts';
import { fitSvr, tuneSvr } from './nu-svr.ts';

/** Complete curves that a model needs at least. */
const fewest = 10;
/** Curves that the deviation without a model counts for. */
const caution = 5;

/** Trials of the random search; the paper's figure is 1,000. */
export function curveSvr(trials = 1000): CurveExtrapolator {
  return refusing({
    name: 'svr',
    needs: fewest,
    fit(complete, seen, length, random) {
      const rows = complete.map((curve) => curveFeatures(curve, seen));
      const last = ({ values }: PartialCurve): number => values[seen - 1]!;
      const ends = Float64Array.from(complete, ({ values }) => values[length - 1]!);
      const gains = ends.map((end, i) => end - last(complete[i]!));
      // Where a run ends, or what it still gains: far from the curves that it has seen a Gaussian kernel gives their
      // mean, of ends or of gains, and which is the better guess depends on the task.
      const [byEnd, byGain] = [ends, gains].map((targets) => tuneSvr(rows, targets, trials, random));
      const gain = byGain!.error < byEnd!.error;
      const { settings, error } = gain ? byGain! : byEnd!;
      const predict = fitSvr(rows, gain ? gains : ends, settings);
      const spread = cautious(error, deviation(gains), complete.length);
      return (running) => {
        const predicted = predict(running.map((curve) => curveFeatures(curve, seen)));
        return running.map((curve, i) => normalForecast((gain ? last(curve) : 0) + predicted[i]!, spread));
      };
    },
  });
}

/**
 * The error of the best of many settings on a few curves is too small, so the deviation of the gains themselves counts
 * as that of a few curves more.
 */
function cautious(error: number, gains: number, curves: number): number {
  return Math.sqrt((curves * error ** 2 + caution * gains ** 2) / (curves + caution));
}

/** The first `seen` values, their first and second differences, mean and deviation, and what was known before. */
export function curveFeatures({ values, features }: PartialCurve, seen: number): readonly number[] {
  const curve = Array.from(values.subarray(0, seen));
  const first = curve.slice(1).map((value, i) => value - curve[i]!);
  const second = first.slice(1).map((value, i) => value - first[i]!);
  const mean = curve.reduce((sum, value) => sum + value, 0) / seen;
  const spread = Math.sqrt(curve.reduce((sum, value) => sum + (value - mean) ** 2, 0) / seen);
  return [...curve, ...first, ...second, mean, spread, ...features];
}

// Ridge regression with an intercept. The deviation is that of the Bayesian linear model whose mean this is; the
// penalty is the one with the largest marginal likelihood (Bishop 2006, "Pattern recognition and machine learning", 3.5).

import { mean } from './agreement.ts';
import { cholesky, type Factor, logDeterminant, solve, solveLower } from './cholesky.ts';
import { checkTargets, type FittedPredictor, type Predictor } from './predictor.ts';

/** Rows of numbers, all of one length. */
export type Features = ArrayLike<number>;

const penalties = [0.1, 0.3, 1, 3, 10, 30, 100];

interface Fit {
  readonly factor: Factor;
  readonly weights: Float64Array;
  readonly noise: number;
  readonly logLikelihood: number;
}

export const ridge: Predictor<Features> = {
  name: 'ridge',
  fit(rows, targets) {
    checkTargets('ridge', rows.length, targets);
    const width = rows[0]!.length;
    const centre = Float64Array.from({ length: width }, (_, c) => mean(rows.map((row) => row[c]!)));
    const offset = mean(targets);
    const centred = rows.map((row) => Float64Array.from(row, (value, c) => value - centre[c]!));
    const residual = targets.map((target) => target - offset);
    const fits = penalties.flatMap((penalty) => fitOne(centred, residual, width, penalty) ?? []);
    const best = fits.reduce((a, b) => (b.logLikelihood > a.logLikelihood ? b : a));
    return predictorOf(best, centre, offset);
  },
};

/** w = (XᵀX + penalty I)^-1 Xᵀy; the noise variance is the one of maximal likelihood for this penalty. */
function fitOne(rows: Float64Array[], y: Float64Array, width: number, penalty: number): Fit | undefined {
  const gram = new Float64Array(width * width);
  const right = new Float64Array(width);
  rows.forEach((row, n) => {
    for (let i = 0; i < width; i++) {
      const value = row[i]!;
      right[i]! += value * y[n]!;
      for (let j = 0; j <= i; j++) gram[i * width + j]! += value * row[j]!;
    }
  });
  for (let i = 0; i < width; i++) gram[i * width + i]! += penalty;
  const factor = cholesky(gram, width);
  if (factor === undefined) return undefined;
  const weights = solve(factor, right);
  // yᵀ (I + X Xᵀ / penalty)^-1 y = yᵀy - yᵀX w
  let quadratic = 0;
  for (const value of y) quadratic += value * value;
  for (let i = 0; i < width; i++) quadratic -= right[i]! * weights[i]!;
  const noise = Math.max(quadratic / y.length, 1e-12);
  const determinant = logDeterminant(factor) - width * Math.log(penalty);
  const logLikelihood = -0.5 * (y.length * Math.log(noise) + determinant);
  return { factor, weights, noise, logLikelihood };
}

function predictorOf(fit: Fit, centre: Float64Array, offset: number): FittedPredictor<Features> {
  return {
    predict(rows) {
      const means = new Float64Array(rows.length);
      const deviations = new Float64Array(rows.length);
      rows.forEach((row, n) => {
        const x = Float64Array.from(row, (value, c) => value - centre[c]!);
        let sum = offset;
        for (let c = 0; c < x.length; c++) sum += x[c]! * fit.weights[c]!;
        const half = solveLower(fit.factor, x);
        let spread = 1;
        for (const value of half) spread += value * value;
        means[n] = sum;
        deviations[n] = Math.sqrt(fit.noise * spread);
      });
      return { mean: means, deviation: deviations };
    },
  };
}

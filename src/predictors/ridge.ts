// Ridge regression with an intercept. The deviation is that of the Bayesian linear model whose mean this is; the
// penalty is the one with the largest marginal likelihood (Bishop 2006, "Pattern recognition and machine learning", 3.5).

import { mean } from '../base/statistics.ts';
import { cholesky, type Factor, logDeterminant, solve, solveLower } from './cholesky.ts';
import { checkTargets, type FittedPredictor, type Predictor } from './predictor.ts';

/** Rows of numbers, all of one length. */
export type Features = ArrayLike<number>;

const penalties = [0.1, 0.3, 1, 3, 10, 30, 100];

interface Fit {
  readonly factor: Factor;
  /** (X Xᵀ + penalty I)^-1 y */
  readonly solved: Float64Array;
  readonly penalty: number;
  readonly noise: number;
  readonly logLikelihood: number;
}

/** Solved in the space of rows, of which there are fewer than features in all spaces but the smallest. */
export const ridge: Predictor<Features> = {
  name: 'ridge',
  fit(rows, targets) {
    checkTargets('ridge', rows.length, targets);
    const centre = Float64Array.from(rows[0]!, (_, c) => mean(rows.map((row) => row[c]!)));
    const offset = mean(targets);
    const centred = rows.map((row) => Float64Array.from(row, (value, c) => value - centre[c]!));
    const y = targets.map((target) => target - offset);
    const products = new Float64Array(y.length ** 2);
    centred.forEach((a, i) =>
      centred.slice(0, i + 1).forEach((b, j) => (products[i * y.length + j] = dot(a, b))),
    );
    const fits = penalties.map((penalty) => fitOne(products, y, penalty));
    const best = fits.reduce((a, b) => (b.logLikelihood > a.logLikelihood ? b : a));
    return predictorOf(best, centred, centre, offset);
  },
};

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let c = 0; c < a.length; c++) sum += a[c]! * b[c]!;
  return sum;
}

/** w = Xᵀ (X Xᵀ + penalty I)^-1 y; the noise variance is the one of maximal likelihood for this penalty. */
function fitOne(products: Float64Array, y: Float64Array, penalty: number): Fit {
  const n = y.length;
  const matrix = products.slice();
  for (let i = 0; i < n; i++) matrix[i * n + i]! += penalty;
  // Positive definite: a Gram matrix and a penalty of 0.1 or more.
  const factor = cholesky(matrix, n)!;
  const solved = solve(factor, y);
  // y ~ N(0, noise (I + X Xᵀ / penalty))
  const noise = Math.max((penalty * dot(y, solved)) / n, 1e-12);
  const determinant = logDeterminant(factor) - n * Math.log(penalty);
  return { factor, solved, penalty, noise, logLikelihood: -0.5 * (n * Math.log(noise) + determinant) };
}

/** Variance = noise (1 + (xᵀx - kᵀ (X Xᵀ + penalty I)^-1 k) / penalty), k = X x. */
function predictorOf(
  { factor, solved, penalty, noise }: Fit,
  known: readonly Float64Array[],
  centre: Float64Array,
  offset: number,
): FittedPredictor<Features> {
  return {
    predict(rows) {
      const means = new Float64Array(rows.length);
      const deviations = new Float64Array(rows.length);
      rows.forEach((row, n) => {
        const x = Float64Array.from(row, (value, c) => value - centre[c]!);
        const products = Float64Array.from(known, (one) => dot(one, x));
        const half = solveLower(factor, products);
        means[n] = offset + dot(products, solved);
        const open = Math.max(0, dot(x, x) - dot(half, half)) / penalty;
        deviations[n] = Math.sqrt(noise * (1 + open));
      });
      return { mean: means, deviation: deviations };
    },
  };
}

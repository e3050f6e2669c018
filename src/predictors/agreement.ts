// How well predictions agree with what was measured: order and error.

import { mean, ranks } from '../base/statistics.ts';

/**
 * Kendall's tau-b over all pairs: (concordant - discordant) / sqrt((pairs untied in a) * (pairs untied in b)).
 * NaN if all values of a side are equal.
 */
export function kendallTau(a: Float64Array, b: Float64Array): number {
  let balance = 0;
  let untiedA = 0;
  let untiedB = 0;
  for (let i = 0; i < a.length; i++) {
    for (let j = 0; j < i; j++) {
      const signA = Math.sign(a[i]! - a[j]!);
      const signB = Math.sign(b[i]! - b[j]!);
      balance += signA * signB;
      untiedA += signA * signA;
      untiedB += signB * signB;
    }
  }
  return balance / Math.sqrt(untiedA * untiedB);
}

/** Pearson's correlation; NaN if a side is constant. */
function correlation(a: Float64Array, b: Float64Array): number {
  const meanA = mean(a);
  const meanB = mean(b);
  let product = 0;
  let squaresA = 0;
  let squaresB = 0;
  for (let i = 0; i < a.length; i++) {
    product += (a[i]! - meanA) * (b[i]! - meanB);
    squaresA += (a[i]! - meanA) ** 2;
    squaresB += (b[i]! - meanB) ** 2;
  }
  return product / Math.sqrt(squaresA * squaresB);
}

/** Spearman's rho: the correlation of average ranks. */
export function spearman(a: Float64Array, b: Float64Array): number {
  return correlation(ranks(a), ranks(b));
}

export function rootMeanSquare(predicted: Float64Array, measured: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < predicted.length; i++) sum += (predicted[i]! - measured[i]!) ** 2;
  return Math.sqrt(sum / predicted.length);
}

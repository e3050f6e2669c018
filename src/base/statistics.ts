// Statistics of samples: mean, deviation, confidence intervals, quantiles, ranks, the Mann-Whitney test.

import { normalCumulative } from './normal.ts';

export function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum / values.length;
}

/** Standard deviation with n - 1 in the denominator; 0 for a single value. */
export function deviation(values: ArrayLike<number>): number {
  if (values.length < 2) return 0;
  const center = mean(values);
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += (values[i]! - center) ** 2;
  return Math.sqrt(sum / (values.length - 1));
}

export interface MeanOf {
  readonly n: number;
  readonly mean: number;
  /** Of one value (n - 1 in the denominator); 0 for a single value. */
  readonly deviation: number;
  /** Half the width of the 95 % confidence interval of the mean (Student's t); undefined for a single value. */
  readonly interval?: number;
}

export function meanOf(values: readonly number[]): MeanOf {
  const n = values.length;
  const of = { n, mean: mean(values), deviation: deviation(values) };
  return n < 2 ? of : { ...of, interval: (studentQuantile(n - 1) * of.deviation) / Math.sqrt(n) };
}

/** Linear interpolation between order statistics; `sorted` increasing, `p` in [0, 1]. */
export function quantile(sorted: readonly number[], p: number): number {
  const at = p * (sorted.length - 1);
  const low = Math.floor(at);
  const high = Math.min(low + 1, sorted.length - 1);
  return sorted[low]! + (at - low) * (sorted[high]! - sorted[low]!);
}

/** 97.5 % quantiles of Student's t by degrees of freedom, from 1. */
const quantiles = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131,
  2.12, 2.11, 2.101, 2.093, 2.086, 2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048, 2.045, 2.042,
];

/** The 97.5 % quantile of Student's t; beyond 30 degrees of freedom by Abramowitz and Stegun 26.7.5, within 1e-4. */
export function studentQuantile(freedom: number): number {
  const known = quantiles[freedom - 1];
  if (known !== undefined) return known;
  const z = 1.959964;
  const terms = [(z ** 3 + z) / 4, (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96];
  return terms.reduce((sum, term, i) => sum + term / freedom ** (i + 1), z);
}

/** Ranks from 1, the smallest first; equal values share the mean of their ranks. */
export function ranks(values: ArrayLike<number>): Float64Array {
  const order = Uint32Array.from(values, (_, i) => i).sort((a, b) => values[a]! - values[b]! || a - b);
  const result = new Float64Array(values.length);
  for (let start = 0; start < order.length;) {
    let end = start + 1;
    while (end < order.length && values[order[end]!] === values[order[start]!]) end++;
    for (let i = start; i < end; i++) result[order[i]!] = (start + 1 + end) / 2;
    start = end;
  }
  return result;
}

/**
 * One-sided Mann-Whitney test: the probability, were both samples drawn from one distribution, of a rank sum of `above`
 * at least as large. Normal approximation with continuity and ties corrected (Mann and Whitney 1947).
 */
export function mannWhitney(above: readonly number[], below: readonly number[]): number {
  const [n, m] = [above.length, below.length];
  const all = [...above, ...below];
  const rank = ranks(all);
  const sum = rank.slice(0, n).reduce((total, value) => total + value, 0);
  const u = sum - (n * (n + 1)) / 2;
  const counts = new Map<number, number>();
  for (const value of all) counts.set(value, (counts.get(value) ?? 0) + 1);
  const size = n + m;
  const ties = [...counts.values()].reduce((total, t) => total + t ** 3 - t, 0);
  const variance = ((n * m) / 12) * (size + 1 - ties / (size * (size - 1)));
  if (variance <= 0) return 0.5;
  return normalCumulative(-(u - (n * m) / 2 - 0.5) / Math.sqrt(variance));
}

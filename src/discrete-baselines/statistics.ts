// Statistics of comparisons: mean, deviation, confidence intervals, the Mann-Whitney test.

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
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  if (n < 2) return { n, mean, deviation: 0 };
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const deviation = Math.sqrt(squares / (n - 1));
  return { n, mean, deviation, interval: (studentQuantile(n - 1) * deviation) / Math.sqrt(n) };
}

/** Linear interpolation between order statistics; `sorted` increasing, `p` in [0, 1]. */
export function quantile(sorted: readonly number[], p: number): number {
  const at = p * (sorted.length - 1);
  const low = Math.floor(at);
  const high = Math.min(low + 1, sorted.length - 1);
  return sorted[low]! + (at - low) * (sorted[high]! - sorted[low]!);
}

/** The 97.5 % quantile of Student's t (Abramowitz and Stegun 26.7.5 from 3 degrees of freedom on; within 0.2 %). */
function studentQuantile(freedom: number): number {
  if (freedom === 1) return 12.7062;
  if (freedom === 2) return 4.3027;
  const z = 1.959964;
  const terms = [
    (z ** 3 + z) / 4,
    (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96,
    (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / 384,
    (79 * z ** 9 + 776 * z ** 7 + 1482 * z ** 5 - 1920 * z ** 3 - 945 * z) / 92_160,
  ];
  return terms.reduce((sum, term, i) => sum + term / freedom ** (i + 1), z);
}

/** Ranks from 1, the smallest first; equal values share the mean of their ranks. */
export function ranks(values: readonly number[]): number[] {
  const order = [...values.keys()].sort((a, b) => values[a]! - values[b]!);
  const result = values.map(() => 0);
  for (let start = 0; start < order.length;) {
    let end = start + 1;
    while (end < order.length && values[order[end]!] === values[order[start]!]) end += 1;
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
  return upperTail((u - (n * m) / 2 - 0.5) / Math.sqrt(variance));
}

/** P(Z > z) of the standard normal, to about 1e-7 of itself (Press et al., "Numerical Recipes", erfcc). */
export function upperTail(z: number): number {
  const x = Math.abs(z) / Math.SQRT2;
  const t = 1 / (1 + x / 2);
  const coefficients = [
    -1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587,
    -0.82215223, 0.17087277,
  ];
  const polynomial = coefficients.reduceRight((sum, c) => sum * t + c, 0);
  const tail = (t * Math.exp(-x * x + polynomial)) / 2;
  return z >= 0 ? tail : 1 - tail;
}

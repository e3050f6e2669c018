// What several seeds amount to: mean, deviation and a confidence interval of the mean.

export interface SeedSummary {
  readonly values: readonly number[];
  readonly mean: number;
  /** Of the sample (n - 1); undefined for one value. */
  readonly deviation?: number;
  /** Of the mean, 95 % by Student's t; undefined for one value. */
  readonly interval?: readonly [low: number, high: number];
}

/** 97.5 % quantiles of Student's t by degrees of freedom, from 1. */
const quantiles = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131,
  2.12, 2.11, 2.101, 2.093, 2.086, 2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048, 2.045, 2.042,
];

/** The 97.5 % quantile of Student's t; beyond 30 degrees by its expansion, to within 0.002. */
export function studentQuantile(degrees: number): number {
  return quantiles[degrees - 1] ?? 1.96 + 2.42 / degrees;
}

/** Of accuracies, one at least: no interval reaches beyond 0 and 1. */
export function summariseSeeds(values: readonly number[]): SeedSummary {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  if (n < 2) return { values, mean };
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1));
  const margin = (studentQuantile(n - 1) * deviation) / Math.sqrt(n);
  const interval = [Math.max(0, mean - margin), Math.min(1, mean + margin)] as const;
  return { values, mean, deviation, interval };
}

/**
 * 95 % of the mean accuracy, with both errors: that of the seeds (Student's t) and that of a test set of `images`
 * images which all seeds share (binomial), as independent. One seed has the test set's error only.
 */
export function intervalOnTest(
  { values, mean, deviation }: SeedSummary,
  images: number,
): readonly [low: number, high: number] {
  const n = values.length;
  const ofSeeds = deviation === undefined ? 0 : (studentQuantile(n - 1) * deviation) / Math.sqrt(n);
  const ofTest = 1.96 * Math.sqrt((mean * (1 - mean)) / images);
  const margin = Math.hypot(ofSeeds, ofTest);
  return [Math.max(0, mean - margin), Math.min(1, mean + margin)];
}

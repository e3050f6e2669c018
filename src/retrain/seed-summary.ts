// What several seeds amount to: mean, deviation and a confidence interval of the mean.

import { meanOf } from '../base/statistics.ts';

export interface SeedSummary {
  readonly values: readonly number[];
  readonly mean: number;
  /** Of the sample (n - 1); undefined for one value. */
  readonly deviation?: number;
  /** Of the mean, 95 % by Student's t; undefined for one value. */
  readonly interval?: readonly [low: number, high: number];
}

/** Of accuracies, one at least: no interval reaches beyond 0 and 1. */
export function summariseSeeds(values: readonly number[]): SeedSummary {
  const { mean, deviation, interval: margin } = meanOf(values);
  if (margin === undefined) return { values, mean };
  return { values, mean, deviation, interval: within(mean, margin) };
}

/**
 * 95 % of the mean accuracy, with both errors: that of the seeds (Student's t) and that of a test set of `images`
 * images which all seeds share (binomial), as independent. One seed has the test set's error only.
 */
export function intervalOnTest(
  { values, mean }: SeedSummary,
  images: number,
): readonly [low: number, high: number] {
  const ofSeeds = meanOf(values).interval ?? 0;
  const ofTest = 1.96 * Math.sqrt((mean * (1 - mean)) / images);
  const margin = Math.hypot(ofSeeds, ofTest);
  return within(mean, margin);
}

function within(mean: number, margin: number): readonly [low: number, high: number] {
  return [Math.max(0, mean - margin), Math.min(1, mean + margin)];
}

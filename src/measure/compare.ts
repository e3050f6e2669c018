// Decides whether kernels became faster or slower between two measurements. A verdict needs both: a rank test over the
// rounds, corrected for the number of kernels, and a relevant difference.

import { Random } from '../base/random.ts';
import { mannWhitney, quantile } from '../base/statistics.ts';

export interface KernelSample {
  readonly name: string;
  /** Milliseconds by round. */
  readonly rounds: readonly number[];
}

export type KernelVerdict = 'faster' | 'slower' | 'no difference seen';

export interface KernelComparison {
  readonly name: string;
  /** Milliseconds: medians over the rounds. */
  readonly before: number;
  readonly after: number;
  /** after / before, and its 95 % interval (percentile bootstrap over rounds; Efron 1979). */
  readonly ratio: number;
  readonly low: number;
  readonly high: number;
  /** Two-sided Mann-Whitney test over rounds, multiplied by Holm's factor (Holm 1979). */
  readonly p: number;
  readonly verdict: KernelVerdict;
}

/** Level of the corrected test. */
const significance = 0.05;
/** How much two processes with the same code differ: by memory addresses and other load of the machine. */
export const margin = 0.03;
const resamples = 1000;

/** Kernels of both measurements, in the order of `after`. */
export function compareSamples(
  before: readonly KernelSample[],
  after: readonly KernelSample[],
): readonly KernelComparison[] {
  const known = new Map(before.map((sample) => [sample.name, sample.rounds]));
  const pairs = after.flatMap(({ name, rounds }) => {
    const old = known.get(name);
    return old === undefined ? [] : [{ name, old, now: rounds }];
  });
  const corrected = holm(pairs.map(({ old, now }) => twoSided(old, now)));
  return pairs.map(({ name, old, now }, index) => {
    const interval = ratioInterval(old, now, name);
    const p = corrected[index]!;
    return { name, before: median(old), after: median(now), ...interval, p, verdict: verdictOf(interval, p) };
  });
}

function verdictOf({ low, high }: { low: number; high: number }, p: number): KernelVerdict {
  if (p >= significance) return 'no difference seen';
  if (low > 1 + margin) return 'slower';
  if (high < 1 / (1 + margin)) return 'faster';
  return 'no difference seen';
}

function median(values: readonly number[]): number {
  return quantile(
    values.toSorted((a, b) => a - b),
    0.5,
  );
}

function twoSided(a: readonly number[], b: readonly number[]): number {
  return Math.min(1, 2 * Math.min(mannWhitney(a, b), mannWhitney(b, a)));
}

/** Holm's step-down correction: the i-th smallest of n times (n - i + 1), never below that of a smaller p. */
function holm(probabilities: readonly number[]): readonly number[] {
  const order = [...probabilities.keys()].sort((a, b) => probabilities[a]! - probabilities[b]!);
  const corrected = probabilities.map(() => 1);
  let max = 0;
  for (const [rank, index] of order.entries()) {
    max = Math.max(max, Math.min(1, probabilities[index]! * (order.length - rank)));
    corrected[index] = max;
  }
  return corrected;
}

function ratioInterval(
  before: readonly number[],
  after: readonly number[],
  name: string,
): Pick<KernelComparison, 'ratio' | 'low' | 'high'> {
  const random = Random.fromSeed(0).split(name);
  const again = (values: readonly number[]): number =>
    median(values.map(() => values[random.below(values.length)]!));
  const ratios = Array.from({ length: resamples }, () => again(after) / again(before)).sort((a, b) => a - b);
  return {
    ratio: median(after) / median(before),
    low: quantile(ratios, 0.025),
    high: quantile(ratios, 0.975),
  };
}

/** The median of all ratios: if all kernels change together, the machine changed. */
export function commonRatio(comparisons: readonly KernelComparison[]): number {
  return median(comparisons.map(({ ratio }) => ratio));
}

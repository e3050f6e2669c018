// Stochastic gradient Hamiltonian Monte Carlo whose step adapts itself in a burn-in (Springenberg, Klein, Falkner and
// Hutter 2016, "Bayesian optimization with robust Bayesian neural networks", equations 9 and 10).

import type { Random } from '../../base/random.ts';
import { fastNormal } from './fast-normal.ts';

export interface SghmcOptions {
  /** epsilon, for the mean gradient; divided by the square root of the number of rows for the noise. */
  readonly stepSize: number;
  /** Friction: the share of momentum that a step loses. */
  readonly momentumDecay: number;
  readonly steps: number;
  readonly burnIn: number;
  /** Every how many steps after the burn-in a sample is kept. */
  readonly every: number;
}

/** Writes an estimate of the gradient of -(log posterior) / rows at `point`. */
type GradientEstimate = (point: Float64Array, gradient: Float64Array, random: Random) => void;

/** Samples of the posterior; `point` is where the chain starts, and is moved. */
export function sampleSghmc(
  estimate: GradientEstimate,
  point: Float64Array,
  rows: number,
  options: SghmcOptions,
  random: Random,
): Float64Array[] {
  const n = point.length;
  const gradient = new Float64Array(n);
  const velocity = new Float64Array(n);
  const tau = new Float64Array(n).fill(1);
  const smooth = new Float64Array(n).fill(1);
  const square = new Float64Array(n).fill(1);
  const { stepSize, momentumDecay, steps, burnIn, every } = options;
  const scaled = stepSize / Math.sqrt(rows);
  const normal = fastNormal(random.split('noise'));
  const samples: Float64Array[] = [];
  for (let step = 0; step < steps; step++) {
    estimate(point, gradient, random);
    for (let i = 0; i < n; i++) {
      const slope = gradient[i]!;
      if (step < burnIn) {
        const rate = 1 / (tau[i]! + 1);
        smooth[i]! += rate * (slope - smooth[i]!);
        square[i]! += rate * (slope * slope - square[i]!);
        tau[i] = 1 + tau[i]! * (1 - (smooth[i]! * smooth[i]!) / Math.max(square[i]!, 1e-16));
      }
      const inverse = 1 / Math.sqrt(Math.max(square[i]!, 1e-16));
      const variance = scaled * scaled * (2 * momentumDecay * inverse - scaled * scaled);
      velocity[i]! +=
        -stepSize * stepSize * inverse * slope -
        momentumDecay * velocity[i]! +
        Math.sqrt(Math.max(variance, 1e-16)) * normal();
      point[i]! += velocity[i]!;
    }
    if (step >= burnIn && (step - burnIn) % every === every - 1) samples.push(point.slice());
  }
  return samples;
}

// Gaussian process regression (Rasmussen and Williams 2006, algorithm 2.1) with a product of exponential kernels over
// distances between architectures. The rates and the noise are those of the largest marginal likelihood.

import type { Random } from '../base/random.ts';
import { deviation, mean } from '../base/statistics.ts';
import { cholesky, type Factor, logDeterminant, solve, solveLowerColumns } from './cholesky.ts';
import { checkTargets, type FittedPredictor, type Predictor } from './predictor.ts';

/** Distances of training architectures, and of others to them. */
interface Metric<A> {
  /** A matrix [rows, columns] for each component. */
  between(rows: readonly A[], columns: readonly A[]): readonly Float64Array[];
}

/**
 * k(a, b) = exp(-sum over components of rate_c * d_c(a, b)). Positive semi-definite for all rates if every d_c is of
 * negative type, which the kernels of this folder see to (Schoenberg 1938).
 */
export interface Kernel<A> {
  readonly name: string;
  metric(training: readonly A[], random: Random): Metric<A>;
}

interface GaussianProcessOptions {
  /** Training rows at most that the likelihood is computed of; the fit itself uses all. */
  readonly likelihoodRows: number;
  /** Passes over the hyper-parameters, each one moved up and down by a step that halves. */
  readonly passes: number;
}

const defaults: GaussianProcessOptions = { likelihoodRows: 200, passes: 4 };
const rateSpan: readonly [number, number] = [1e-4, 10];
const noiseSpan: readonly [number, number] = [1e-4, 2];

interface Settings {
  readonly rates: readonly number[];
  /** Variance of the noise, as a share of the signal's. */
  readonly noise: number;
}

export function gaussianProcess<A>(
  kernel: Kernel<A>,
  options: Partial<GaussianProcessOptions> = {},
): Predictor<A> {
  const { likelihoodRows, passes } = { ...defaults, ...options };
  const name = `gp-${kernel.name}`;
  return {
    name,
    fit(architectures, targets, random) {
      checkTargets(name, architectures.length, targets);
      const metric = kernel.metric(architectures, random.split('metric'));
      const centre = mean(targets);
      const scale = deviation(targets);
      const y = targets.map((target) => (target - centre) / scale);
      const distances = metric.between(architectures, architectures);
      const some = random.split('likelihood').permutation(y.length).slice(0, likelihoodRows).sort();
      const settings = mostLikely(
        distances.map((d) => picked(d, y.length, some)),
        picks(y, some),
        passes,
      );
      const { factor, solved, variance } = posterior(logKernel(distances, settings.rates), y, settings.noise);
      return predictorOf({ architectures, metric, settings, factor, solved, variance, centre, scale });
    },
  };
}

function picks(y: Float64Array, some: Uint32Array): Float64Array {
  return Float64Array.from(some, (row) => y[row]!);
}

function picked(matrix: Float64Array, size: number, some: Uint32Array): Float64Array {
  const result = new Float64Array(some.length ** 2);
  some.forEach((row, i) =>
    some.forEach((column, j) => (result[i * some.length + j] = matrix[row * size + column]!)),
  );
  return result;
}

/** -sum over components of rate_c * d_c: the logarithm of the kernel. */
function logKernel(distances: readonly Float64Array[], rates: readonly number[]): Float64Array {
  const exponents = new Float64Array(distances[0]!.length);
  for (const [c, distance] of distances.entries()) addScaled(exponents, distance, -rates[c]!);
  return exponents;
}

function addScaled(to: Float64Array, from: Float64Array, factor: number): void {
  for (let i = 0; i < to.length; i++) to[i]! += factor * from[i]!;
}

interface Posterior {
  readonly factor: Factor;
  /** (K + noise I)^-1 y */
  readonly solved: Float64Array;
  /** Variance of the signal of maximal likelihood, yᵀ (K + noise I)^-1 y / n. */
  readonly variance: number;
  readonly logLikelihood: number;
}

/** Of `exponents`, as `logKernel` gives them, the lower triangle is read. */
function posterior(exponents: Float64Array, y: Float64Array, noise: number): Posterior {
  const n = y.length;
  const matrix = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = i * n; j <= i * n + i; j++) matrix[j] = Math.exp(exponents[j]!);
    matrix[i * n + i]! += noise;
  }
  const factor = cholesky(matrix, n);
  // Kernels are positive semi-definite and the noise is at least 1e-4: this is a kernel that is not.
  if (factor === undefined) throw new Error('the kernel of a Gaussian process is not positive semi-definite');
  const solved = solve(factor, y);
  let quadratic = 0;
  for (let i = 0; i < n; i++) quadratic += y[i]! * solved[i]!;
  const variance = quadratic / n;
  return {
    factor,
    solved,
    variance,
    logLikelihood: -0.5 * (n * Math.log(variance) + logDeterminant(factor)),
  };
}

/** Coordinate search in the logarithms of the rates and the noise, from one start: deterministic. */
function mostLikely(distances: readonly Float64Array[], y: Float64Array, passes: number): Settings {
  // A start at which a typical pair has exponent 1 in all.
  const typical = distances.map((d) => Math.max(mean(d), 1e-9) * distances.length);
  let point = [...typical.map((d) => Math.log(1 / d)), Math.log(0.1)];
  const spans = [...distances.map(() => rateSpan), noiseSpan];
  let exponents = logKernel(distances, settingsAt(point).rates);
  let best = posterior(exponents, y, settingsAt(point).noise).logLikelihood;
  for (let pass = 0, step = Math.log(6); pass < passes; pass++, step /= 2) {
    for (let c = 0; c < point.length; c++) {
      for (const move of [step, -step]) {
        const [low, high] = spans[c]!;
        const moved = point.with(c, Math.min(Math.log(high), Math.max(Math.log(low), point[c]! + move)));
        // One rate has changed, or the noise.
        const changed = c < distances.length ? exponents.slice() : exponents;
        if (c < distances.length)
          addScaled(changed, distances[c]!, Math.exp(point[c]!) - Math.exp(moved[c]!));
        const likelihood = posterior(changed, y, settingsAt(moved).noise).logLikelihood;
        if (likelihood <= best) continue;
        best = likelihood;
        point = moved;
        exponents = changed;
        break;
      }
    }
  }
  return settingsAt(point);
}

/** From logarithms: of the rates, then of the noise. */
function settingsAt(point: readonly number[]): Settings {
  return { rates: point.slice(0, -1).map(Math.exp), noise: Math.exp(point.at(-1)!) };
}

interface Known<A> {
  readonly architectures: readonly A[];
  readonly metric: Metric<A>;
  readonly settings: Settings;
  readonly factor: Factor;
  readonly solved: Float64Array;
  readonly variance: number;
  readonly centre: number;
  readonly scale: number;
}

/** mean = k*ᵀ (K + noise)^-1 y; variance = signal * (1 + noise - |L^-1 k*|^2). */
function predictorOf<A>(known: Known<A>): FittedPredictor<A> {
  const { settings, factor, solved, variance, centre, scale } = known;
  return {
    predict(architectures) {
      const count = architectures.length;
      const distances = known.metric.between(known.architectures, architectures);
      const values = logKernel(distances, settings.rates).map(Math.exp);
      const half = solveLowerColumns(factor, values, count);
      const means = new Float64Array(count);
      const explained = new Float64Array(count);
      for (let i = 0; i < solved.length; i++) {
        for (let c = 0; c < count; c++) {
          means[c]! += values[i * count + c]! * solved[i]!;
          explained[c]! += half[i * count + c]! ** 2;
        }
      }
      return {
        mean: means.map((value) => centre + scale * value),
        deviation: explained.map(
          (share) => scale * Math.sqrt(variance * Math.max(settings.noise, 1 + settings.noise - share)),
        ),
      };
    },
  };
}

// Extrapolation by a weighted sum of parametric families with normal noise, whose posterior is sampled by ensemble
// MCMC (Domhan, Springenberg and Hutter 2015, section 3). It needs no other curves.

import { levenbergMarquardt } from 'ml-levenberg-marquardt';
import { MixopError } from '../../base/errors.ts';
import { Random } from '../../base/random.ts';
import { sampleEnsemble } from './ensemble-sampler.ts';
import { type CurveFamily, curveFamily, defaultFamilies, type FamilyName } from './families.ts';
import { type CurveExtrapolator, mixtureForecast, refusing } from './forecast.ts';

interface ParametricOptions {
  readonly families: readonly FamilyName[];
  readonly walkers: number;
  /** Steps of every walker, the burn-in included. */
  readonly steps: number;
  readonly burnIn: number;
  /** Samples that are kept, evenly spread over what follows the burn-in. */
  readonly kept: number;
  readonly seed: number;
}

const parametricDefaults: ParametricOptions = {
  families: defaultFamilies,
  walkers: 100,
  steps: 2500,
  burnIn: 500,
  kept: 200,
  seed: 0,
};

/** ln sigma of the noise: from 0.0003 to 0.6. */
const noiseRange = [-8, -0.5] as const;

/** Samples of a posterior: a point has, family by family, its parameters, then all weights, then ln sigma. */
interface Posterior {
  readonly points: readonly Float64Array[];
  /** The curve's value of each sample, noise apart. */
  value(point: Float64Array, epoch: number): number;
  /** Share of moves that were accepted. */
  readonly acceptance: number;
}

/** Last values without noise, and the noise's deviation, of the samples of a posterior. */
export interface LastValues {
  readonly means: readonly number[];
  readonly deviations: readonly number[];
}

/** Where posteriors are kept: a posterior takes seconds, and is a pure function of curve, length and options. */
export interface PosteriorCache {
  get(key: string): LastValues | undefined;
  set(key: string, values: LastValues): unknown;
}

export function parametric(
  options: Partial<ParametricOptions> = {},
  cache: PosteriorCache = new Map<string, LastValues>(),
): CurveExtrapolator {
  const lastValues = (values: Float64Array, length: number): LastValues => {
    const key = JSON.stringify([options, length, Array.from(values)]);
    const known = cache.get(key);
    if (known !== undefined) return known;
    const posterior = samplePosterior(values, length, options);
    const found = {
      means: posterior.points.map((point) => posterior.value(point, length)),
      deviations: posterior.points.map((point) => Math.exp(point.at(-1)!)),
    };
    cache.set(key, found);
    return found;
  };
  return refusing({
    name: 'mcmc',
    needs: 0,
    fit: (_, seen, length) => (running) =>
      running.map(({ values }) => {
        const { means, deviations } = lastValues(values.subarray(0, seen), length);
        return mixtureForecast(means, deviations);
      }),
  });
}

/**
 * The prior is uniform over the families' ranges, weights in [0, 1] and ln sigma, restricted to curves that end at
 * `length` higher than they began and at most at 1.
 */
export function samplePosterior(
  values: Float64Array,
  length: number,
  options: Partial<ParametricOptions> = {},
): Posterior {
  const { families: names, walkers, steps, burnIn, kept, seed } = { ...parametricDefaults, ...options };
  checkCurve(values, length);
  const random = Random.fromSeed(seed);
  const families = names.map(curveFamily);
  const ranges = families.flatMap(({ parameters }) =>
    parameters.map(([, low, high]) => [low, high] as const),
  );
  const bounds = [...ranges, ...families.map(() => [0, 1] as const), noiseRange];
  const value = sumOf(families, ranges.length);
  const density = logPosterior(values, length, bounds, value);
  const centres = [fittedPoint(families, values), risingPoint(families, values, length)];
  const start = Array.from({ length: walkers }, (_, w) =>
    scattered(centres, bounds, density, random.split('walker', w)),
  );
  const points: Float64Array[] = [];
  const every = ((steps - burnIn) * walkers) / kept;
  let count = 0;
  const acceptance = sampleEnsemble(density, start, steps, random.split('moves'), (ensemble, step) => {
    if (step < burnIn) return;
    for (const walker of ensemble) if (count++ % every < 1) points.push(walker.slice());
  });
  return { points, acceptance, value };
}

function checkCurve(values: Float64Array, length: number): void {
  const bad = values.findIndex((value) => !Number.isFinite(value));
  const problem =
    bad >= 0
      ? `value ${bad + 1} is ${values[bad]}`
      : values.length < 3
        ? `${values.length} values`
        : values.length > length
          ? `${values.length} values of a curve of ${length}`
          : undefined;
  if (problem === undefined) return;
  throw new MixopError(
    'numeric',
    'learning curve',
    problem,
    'give 3 or more finite values of a run that goes on',
  );
}

/** The weighted sum of the families at an epoch. */
function sumOf(families: readonly CurveFamily[], weightsAt: number): Posterior['value'] {
  return (point, epoch) => {
    const log = Math.log(epoch);
    let sum = 0;
    let at = 0;
    for (let f = 0; f < families.length; f++) {
      const family = families[f]!;
      sum += point[weightsAt + f]! * family.value(epoch, log, point, at);
      at += family.parameters.length;
    }
    return sum;
  };
}

function logPosterior(
  values: Float64Array,
  length: number,
  bounds: readonly (readonly [number, number])[],
  value: Posterior['value'],
): (point: Float64Array) => number {
  // Later values count for more: in proportion to 10^(i / n). The authors leave it at that, which counts n values as 4n
  // and makes intervals too narrow by half; here the weights have mean 1.
  const raw = values.map((_, i) => 10 ** ((i + 1) / values.length));
  const total = values.length;
  const scale = total / raw.reduce((a, b) => a + b);
  const recency = raw.map((weight) => scale * weight);
  return (point) => {
    for (let d = 0; d < point.length; d++)
      if (!(point[d]! >= bounds[d]![0] && point[d]! <= bounds[d]![1])) return -Infinity;
    const last = value(point, length);
    if (!(last <= 1 && last > value(point, 1))) return -Infinity;
    const logSigma = point.at(-1)!;
    let squares = 0;
    for (let i = 0; i < values.length; i++) squares += recency[i]! * (values[i]! - value(point, i + 1)) ** 2;
    return -0.5 * squares * Math.exp(-2 * logSigma) - total * logSigma;
  };
}

/** Every family fitted by least squares, equal weights, and the deviation of what is left. */
function fittedPoint(families: readonly CurveFamily[], values: Float64Array): Float64Array {
  const fitted = families.map((family) => leastSquares(family, values));
  return pointOf(families, fitted, 1 / families.length, values);
}

/** Where the fit falls or leaves [0, 1]: the families' own starts, which rise, weighted to end where the run stands. */
function risingPoint(families: readonly CurveFamily[], values: Float64Array, length: number): Float64Array {
  const starts = families.map(({ parameters }) => parameters.map(([from]) => from));
  const sum = families.reduce(
    (all, family, f) => all + family.value(length, Math.log(length), starts[f]!, 0),
    0,
  );
  return pointOf(families, starts, Math.min(0.95, Math.max(1e-3, values.at(-1)!)) / sum, values);
}

function pointOf(
  families: readonly CurveFamily[],
  parameters: readonly (readonly number[])[],
  weight: number,
  values: Float64Array,
): Float64Array {
  let squares = 0;
  values.forEach((value, i) => {
    const x = i + 1;
    const of = (family: CurveFamily, f: number): number => family.value(x, Math.log(x), parameters[f]!, 0);
    squares += (value - weight * families.reduce((all, family, f) => all + of(family, f), 0)) ** 2;
  });
  const [low, high] = noiseRange;
  const logSigma = Math.min(high - 0.5, Math.max(low + 0.5, 0.5 * Math.log(squares / values.length)));
  return Float64Array.from([...parameters.flat(), ...families.map(() => weight), logSigma]);
}

/**
 * Levenberg and Marquardt. Where a family leaves its domain on the way, or its normal equations are singular, its own
 * start: the walkers only begin near here.
 */
function leastSquares(family: CurveFamily, values: Float64Array): number[] {
  const start = family.parameters.map(([from]) => from);
  const data = { x: Array.from(values, (_, i) => i + 1), y: values };
  try {
    const { parameterValues } = levenbergMarquardt(
      data,
      (p) => (at) => family.value(at, Math.log(at), p, 0),
      {
        initialValues: start,
        minValues: family.parameters.map(([, low]) => low),
        maxValues: family.parameters.map(([, , high]) => high),
        damping: 0.01,
        maxIterations: 100,
      },
    );
    return parameterValues.every(Number.isFinite) ? parameterValues : start;
  } catch (error) {
    if (error instanceof Error && error.message.includes('singular')) return start;
    throw error;
  }
}

/** A random point inside of the prior near the first centre, or the second; the nearer, the more often it was not. */
function scattered(
  centres: readonly Float64Array[],
  bounds: readonly (readonly [number, number])[],
  density: (point: Float64Array) => number,
  random: Random,
): Float64Array {
  for (const centre of centres) {
    for (let spread = 0.1; spread > 1e-4; spread *= 0.8) {
      const point = centre.map((value, d) => {
        const [low, high] = bounds[d]!;
        return Math.min(high, Math.max(low, value + spread * (0.1 + Math.abs(value)) * random.normal()));
      });
      if (density(point) > -Infinity) return point;
    }
  }
  const problem = 'no rising curve of these families is near it';
  throw new MixopError('numeric', 'learning curve', problem, 'give a longer part of it, or other families');
}

import { describe, expect, it } from 'vitest';
import { Random } from '../../src/base/random.ts';
import { basisCurve, basisOutputs } from '../../src/predictors/curves/curve-basis.ts';
import { curveNetwork } from '../../src/predictors/curves/curve-network.ts';
import { sampleEnsemble } from '../../src/predictors/curves/ensemble-sampler.ts';
import { curveFamily, familyNames } from '../../src/predictors/curves/families.ts';
import { fastNormal } from '../../src/predictors/curves/fast-normal.ts';
import { mixtureForecast, normalForecast } from '../../src/predictors/curves/forecast.ts';
import { parametric, samplePosterior } from '../../src/predictors/curves/parametric.ts';
import { sampleSghmc } from '../../src/predictors/curves/sghmc.ts';
import { DenseNetwork, initialParameters, parameterCount } from '../../src/predictors/dense-network.ts';
import { deviation, mean } from '../../src/base/statistics.ts';

describe('families of curves', () => {
  // Values of the published formulas at x = 4, computed by hand with the parameters given.
  it.each([
    { name: 'vaporPressure', p: [-1, 0.5, 0.25], value: Math.exp(-1 + 0.125) * Math.SQRT2 },
    { name: 'pow3', p: [0.9, 0.4, 0.5], value: 0.7 },
    { name: 'pow4', p: [0.9, 2, 1, 0.5], value: 0.9 - 1 / 3 },
    { name: 'logLogLinear', p: [0, 2], value: Math.log(2) },
    { name: 'hill3', p: [0.9, 2, 2], value: (0.9 * 16) / 20 },
    { name: 'logPower', p: [0.9, Math.log(2), -2], value: 0.9 / 1.25 },
    { name: 'mmf', p: [0.9, 0.1, 0.5, 2], value: 0.9 - 0.8 / 5 },
    { name: 'exp4', p: [0.9, 1, 0.5, 0], value: 0.9 - Math.exp(-2) },
    { name: 'janoschek', p: [0.9, 0.1, 0.5, 0.5], value: 0.9 - 0.8 * Math.exp(-1) },
    { name: 'weibull', p: [0.9, 0.1, 1, 0.5], value: 0.9 - 0.8 * Math.exp(-2) },
    { name: 'ilog2', p: [0.9, 0.2], value: 0.9 - 0.2 / Math.log(5) },
  ] as const)('$name has the published value', ({ name, p, value }) => {
    expect(curveFamily(name).value(4, Math.log(4), p, 0)).toBeCloseTo(value, 12);
  });

  it.each(familyNames)('%s starts as a rising curve inside of its range', (name) => {
    const family = curveFamily(name);
    const start = family.parameters.map(([from]) => from);
    for (const [from, low, high] of family.parameters) expect(from >= low && from <= high).toBe(true);
    expect(family.value(50, Math.log(50), start, 0)).toBeGreaterThan(family.value(1, 0, start, 0));
  });
});

describe('ensemble sampler', () => {
  it('samples a normal distribution with its mean and its skewed covariance', () => {
    const random = Random.fromSeed(1);
    const walkers = Array.from({ length: 20 }, () => Float64Array.of(random.normal(), random.normal()));
    const a: number[] = [];
    const b: number[] = [];
    sampleEnsemble(skewedNormal, walkers, 4000, random, (ensemble, step) => {
      if (step < 500) return;
      for (const walker of ensemble) {
        a.push(walker[0]!);
        b.push(walker[1]!);
      }
    });
    expect(mean(a)).toBeCloseTo(3, 0.9);
    expect(deviation(a)).toBeCloseTo(1, 1);
    expect(deviation(b) / 100).toBeCloseTo(1, 1);
    const centre = mean(a);
    const product = mean(a.map((value, i) => ((value - centre) * b[i]!) / 100));
    expect(product).toBeCloseTo(0.8, 1);
  });
});

const truth = { end: 0.8, drop: 0.5, rate: 0.7, noise: 0.01 };
const oneFamily = { families: ['pow3'] as const, walkers: 20, steps: 1500, burnIn: 500, kept: 400 };

function powerCurve(seed: number, length: number): Float64Array {
  const random = Random.fromSeed(seed);
  return Float64Array.from(
    { length },
    (_, i) => truth.end - truth.drop * (i + 1) ** -truth.rate + truth.noise * random.normal(),
  );
}

describe('extrapolation by families', () => {
  it('recovers the parameters of a synthetic curve within its own deviations', () => {
    const { points } = samplePosterior(powerCurve(1, 40), 100, oneFamily);
    // Parameters c, a, alpha, then the weight that scales the first two, then ln sigma.
    const of = (read: (p: Float64Array) => number): number[] => points.map(read);
    checkRecovered(
      of((p) => p[0]! * p[3]!),
      truth.end,
    );
    checkRecovered(
      of((p) => p[1]! * p[3]!),
      truth.drop,
    );
    checkRecovered(
      of((p) => p[2]!),
      truth.rate,
    );
    checkRecovered(
      of((p) => Math.exp(p[4]!)),
      truth.noise,
    );
  });

  it('has 80 % intervals that hold about 80 % of 40 synthetic ends', () => {
    const extrapolator = parametric(oneFamily);
    let inside = 0;
    for (let seed = 0; seed < 40; seed++) {
      const curve = powerCurve(seed, 60);
      const running = [{ values: curve.subarray(0, 20), features: [] }];
      const above = extrapolator.fit([], 20, 60, Random.fromSeed(0))(running)[0]!.above(curve[59]!);
      if (above > 0.1 && above < 0.9) inside++;
    }
    // Binomial: 32 expected, deviation 2.5.
    expect(inside).toBeGreaterThanOrEqual(26);
    expect(inside).toBeLessThanOrEqual(39);
  });

  it('extrapolates with all default families, rising and falling curves alike, to finite numbers', () => {
    const falling = powerCurve(1, 20).map((value) => 1 - value);
    for (const values of [powerCurve(2, 20), falling, new Float64Array(20)]) {
      const extrapolator = parametric({ steps: 60, burnIn: 20, kept: 50 });
      const [forecast] = extrapolator.fit([], 20, 50, Random.fromSeed(0))([{ values, features: [] }]);
      expect(Number.isFinite(forecast!.mean) && forecast!.deviation > 0).toBe(true);
    }
  });

  it.each([
    { problem: 'a NaN', values: [0.1, Number.NaN, 0.3], message: /value 2 is NaN; give 3 or more finite/ },
    { problem: 'two values', values: [0.1, 0.2], message: /learning curve: 2 values; give 3/ },
  ])('refuses $problem', ({ values, message }) => {
    expect(() => samplePosterior(Float64Array.from(values), 50)).toThrow(message);
  });
});

describe('forecasts', () => {
  it('gives the chance of passing a value', () => {
    expect(normalForecast(0.5, 0.1).above(0.5)).toBeCloseTo(0.5, 12);
    expect(normalForecast(0.5, 0).above(0.4)).toBe(1);
    const mixture = mixtureForecast([0, 1], [0.1, 0.1]);
    expect(mixture.mean).toBe(0.5);
    expect(mixture.deviation).toBeCloseTo(Math.sqrt(0.25 + 0.01), 12);
    expect(mixture.above(0.5)).toBeCloseTo(0.5, 6);
  });
});

describe('Bayesian network for curves', () => {
  it('has basis functions with the slopes of finite differences', () => {
    const random = Random.fromSeed(4);
    for (const t of [0.02, 0.3, 1]) {
      const outputs = Float64Array.from({ length: basisOutputs }, () => random.normal());
      const slopes = new Float64Array(basisOutputs);
      basisCurve(outputs, t, slopes);
      outputs.forEach((_, i) => {
        const moved = (step: number): number =>
          basisCurve(outputs.with(i, outputs[i]! + step), t, new Float64Array(basisOutputs));
        expect(slopes[i]).toBeCloseTo((moved(1e-6) - moved(-1e-6)) / 2e-6, 6);
      });
    }
  });

  it.each(['tanh', 'relu'] as const)(
    'has a %s network with the gradient of finite differences',
    (activation) => {
      const shape = { sizes: [3, 5, 4, 2], activation };
      const network = new DenseNetwork(shape);
      const parameters = initialParameters(shape, Random.fromSeed(2));
      const input = [0.3, -1, 2];
      const loss = (at: Float64Array): number => {
        const [a, b] = network.forward(at, input);
        return a! * a! + 3 * b!;
      };
      const gradient = new Float64Array(parameterCount(shape));
      const [a] = network.forward(parameters, input);
      network.backward(parameters, [2 * a!, 3], gradient);
      parameters.forEach((value, i) => {
        const moved = (step: number): number => loss(parameters.with(i, value + step));
        expect(gradient[i]).toBeCloseTo((moved(1e-6) - moved(-1e-6)) / 2e-6, 5);
      });
    },
  );

  it('samples the posterior of a mean by SGHMC', () => {
    // 50 rows of N(2, 1): the posterior of their mean has deviation 1 / sqrt(50) = 0.14.
    const random = Random.fromSeed(3);
    const rows = Array.from({ length: 50 }, () => 2 + random.normal());
    const options = { stepSize: 0.1, momentumDecay: 0.05, steps: 40_000, burnIn: 4_000, every: 20 };
    const samples = sampleSghmc(
      (point, gradient) => (gradient[0] = point[0]! - mean(rows)),
      Float64Array.of(0),
      50,
      options,
      Random.fromSeed(1),
    ).map(([value]) => value!);
    expect(mean(samples)).toBeCloseTo(mean(rows), 1);
    expect(deviation(samples) / Math.sqrt(1 / 50)).toBeGreaterThan(0.7);
    expect(deviation(samples) / Math.sqrt(1 / 50)).toBeLessThan(1.4);
  });

  it('draws fast normal numbers with moments 0, 1, 0 and 3', () => {
    const draw = fastNormal(Random.fromSeed(5));
    const values = Array.from({ length: 100_000 }, draw);
    const moment = (power: number): number => mean(values.map((value) => value ** power));
    expect(moment(1)).toBeCloseTo(0, 1.5);
    expect(moment(2)).toBeCloseTo(1, 1.5);
    expect(Math.abs(moment(3))).toBeLessThan(0.05);
    expect(Math.abs(moment(4) - 3)).toBeLessThan(0.1);
  });

  it('is surer of the end of a curve, the more of it has been seen', () => {
    const network = curveNetwork({ steps: 3000, burnIn: 1000, every: 20, hidden: [20, 20] });
    const complete = [1, 2, 3].map((seed) => ({ values: powerCurve(seed, 30), features: [seed] }));
    const deviationAfter = (seen: number): number => {
      const running = [{ values: powerCurve(9, 30).subarray(0, seen), features: [6] }];
      return network.fit(complete, seen, 30, Random.fromSeed(1))(running)[0]!.deviation;
    };
    expect(deviationAfter(20)).toBeLessThan(0.8 * deviationAfter(1));
  });
});

/** Means 3 and 0, deviations 1 and 100, correlation 0.8. */
function skewedNormal(x: Float64Array): number {
  const a = x[0]! - 3;
  const b = x[1]! / 100;
  return (-0.5 * (a * a - 1.6 * a * b + b * b)) / (1 - 0.64);
}

function checkRecovered(samples: readonly number[], truth: number): void {
  expect(Math.abs(mean(samples) - truth)).toBeLessThan(2.5 * deviation(samples));
  expect(deviation(samples)).toBeLessThan(0.3 * Math.abs(truth));
}

// The Bayesian neural network for learning curves (Klein et al. 2017): what was known of a run goes through 3 x 50 tanh
// to the parameters of basis functions of time; the posterior of all weights is sampled by adaptive SGHMC. Trained on
// complete curves together with the beginnings of those that are asked for.

import type { Random } from '../../base/random.ts';
import { deviation, mean } from '../../base/statistics.ts';
import { DenseNetwork, initialParameters } from '../dense-network.ts';
import { basisCurve, basisOutputs } from './curve-basis.ts';
import {
  type CurveExtrapolator,
  type Forecast,
  mixtureForecast,
  type PartialCurve,
  refusing,
} from './forecast.ts';
import { sampleSghmc, type SghmcOptions } from './sghmc.ts';

interface CurveNetworkOptions extends SghmcOptions {
  readonly batch: number;
  readonly hidden: readonly number[];
}

const curveNetworkDefaults: CurveNetworkOptions = {
  batch: 20,
  hidden: [50, 50, 50],
  stepSize: 1e-2,
  momentumDecay: 0.05,
  steps: 13_000,
  burnIn: 3_000,
  every: 100,
};

/** ln of the noise's variance starts here, under a narrow prior at the same place. */
const startLogVariance = Math.log(1e-3);
const logVarianceDeviation = 1;

/** One value of one run. */
interface Row {
  readonly features: readonly number[];
  /** Epoch over length, (0, 1]. */
  readonly time: number;
  readonly value: number;
}

export function curveNetwork(options: Partial<CurveNetworkOptions> = {}): CurveExtrapolator {
  const settings = { ...curveNetworkDefaults, ...options };
  return refusing({
    name: 'bayesian network',
    needs: 1,
    fit: (complete, seen, length, random) => (running) => {
      const begun = running.map(({ values, features }) => ({ values: values.subarray(0, seen), features }));
      return forecasts([...complete, ...begun], begun, length, settings, random);
    },
  });
}

function forecasts(
  all: readonly PartialCurve[],
  asked: readonly PartialCurve[],
  length: number,
  settings: CurveNetworkOptions,
  random: Random,
): readonly Forecast[] {
  const standard = standardiser(all);
  const rows = all.flatMap(({ values, features }) =>
    Array.from(values, (value, i) => ({ features: standard(features), time: (i + 1) / length, value })),
  );
  const sizes = [rows[0]!.features.length, ...settings.hidden, basisOutputs];
  const network = new DenseNetwork({ sizes, activation: 'tanh' });
  const samples = posteriorSamples(network, rows, settings, random);
  const noise = samples.map((sample) => Math.exp(0.5 * sample.at(-1)!));
  const slopes = new Float64Array(basisOutputs);
  return asked.map(({ features }) => {
    const input = standard(features);
    const means = samples.map((sample) => basisCurve(network.forward(sample, input), 1, slopes));
    return mixtureForecast(means, noise);
  });
}

/** To mean 0 and deviation 1; a constant feature to 0. A 1 is added, so that runs of which nothing is known fit too. */
function standardiser(curves: readonly PartialCurve[]): (features: readonly number[]) => readonly number[] {
  const columns = curves[0]!.features.map((_, c) => {
    const values = curves.map(({ features }) => features[c]!);
    return { centre: mean(values), scale: deviation(values) || 1 };
  });
  return (features) => [1, ...features.map((value, c) => (value - columns[c]!.centre) / columns[c]!.scale)];
}

/** Weights, then the logarithm of the noise's variance. Prior: weights N(0, 1), ln variance normal around its start. */
function posteriorSamples(
  network: DenseNetwork,
  rows: readonly Row[],
  settings: CurveNetworkOptions,
  random: Random,
): Float64Array[] {
  const weights = initialParameters(network.shape, random.split('weights'));
  const start = Float64Array.from([...weights, startLogVariance]);
  const slopes = new Float64Array(basisOutputs);
  const estimate = (point: Float64Array, gradient: Float64Array, draws: Random): void => {
    const logVariance = point.at(-1)!;
    const precision = Math.exp(-logVariance);
    gradient.fill(0);
    let noise = 0;
    for (let b = 0; b < settings.batch; b++) {
      const { features, time, value } = rows[draws.below(rows.length)]!;
      const error = basisCurve(network.forward(point, features), time, slopes) - value;
      // -log N: precision * error^2 / 2 + logVariance / 2
      const scale = (precision * error) / settings.batch;
      for (let i = 0; i < basisOutputs; i++) slopes[i]! *= scale;
      network.backward(point.subarray(0, -1), slopes, gradient);
      noise += (1 - precision * error * error) / (2 * settings.batch);
    }
    for (let i = 0; i < weights.length; i++) gradient[i]! += point[i]! / rows.length;
    const pull = (logVariance - startLogVariance) / logVarianceDeviation ** 2;
    gradient[weights.length] = noise + pull / rows.length;
  };
  return sampleSghmc(estimate, start, rows.length, settings, random.split('chain'));
}

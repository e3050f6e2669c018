// An ensemble of small fully connected networks on features (Liu et al. 2018, PNAS; White et al. 2021, BANANAS): same
// data, different starts and orders. Their spread and what the mean leaves unexplained make the deviation.

import type { Random } from '../base/random.ts';
import { deviation, mean } from '../base/statistics.ts';
import { Adam } from './adam.ts';
import { DenseNetwork, type DenseShape, initialParameters } from './dense-network.ts';
import { checkTargets, type Predictor } from './predictor.ts';
import type { Features } from './ridge.ts';

interface EnsembleOptions {
  readonly networks: number;
  readonly hidden: readonly number[];
  readonly epochs: number;
  readonly batch: number;
  readonly rate: number;
}

const defaults: EnsembleOptions = { networks: 5, hidden: [32, 32], epochs: 60, batch: 16, rate: 3e-3 };

export function networkEnsemble(options: Partial<EnsembleOptions> = {}): Predictor<Features> {
  const settings = { ...defaults, ...options };
  return {
    name: 'networks',
    fit(rows, targets, random) {
      checkTargets('networks', rows.length, targets);
      const shape: DenseShape = { sizes: [rows[0]!.length, ...settings.hidden, 1], activation: 'relu' };
      const centre = mean(targets);
      const scale = deviation(targets);
      const y = targets.map((target) => (target - centre) / scale);
      const network = new DenseNetwork(shape);
      const members = Array.from({ length: settings.networks }, (_, member) =>
        train(network, rows, y, settings, random.split('network', member)),
      );
      const outputs = (row: Features): number[] =>
        members.map((parameters) => network.forward(parameters, row)[0]!);
      const residual = mean(Float64Array.from(rows, (row, i) => (mean(outputs(row)) - y[i]!) ** 2));
      return {
        predict(asked) {
          const all = asked.map(outputs);
          return {
            mean: Float64Array.from(all, (values) => centre + scale * mean(values)),
            deviation: Float64Array.from(
              all,
              (values) => scale * Math.sqrt(deviation(values) ** 2 + residual),
            ),
          };
        },
      };
    },
  };
}

/** Mean squared error by Adam; the rate falls to zero along a cosine. */
function train(
  network: DenseNetwork,
  rows: readonly Features[],
  y: Float64Array,
  { epochs, batch, rate }: EnsembleOptions,
  random: Random,
): Float64Array {
  const parameters = initialParameters(network.shape, random.split('start'));
  const gradient = new Float64Array(parameters.length);
  const adam = new Adam(parameters.length);
  const steps = epochs * Math.ceil(rows.length / batch);
  let step = 0;
  for (let epoch = 0; epoch < epochs; epoch++) {
    const order = random.permutation(rows.length);
    for (let start = 0; start < rows.length; start += batch) {
      gradient.fill(0);
      const some = order.subarray(start, start + batch);
      for (const row of some) {
        const [output] = network.forward(parameters, rows[row]!);
        network.backward(parameters, [(output! - y[row]!) / some.length], gradient);
      }
      const now = (rate * (1 + Math.cos((Math.PI * step) / steps))) / 2;
      step++;
      adam.step(parameters, gradient, now);
    }
  }
  return parameters;
}

// The ensemble of LSTMs: its gradient against finite differences, and what it learns from sequences of all lengths.

import { describe, expect, it } from 'vitest';
import { Random } from '../../src/base/random.ts';
import { mean } from '../../src/base/statistics.ts';
import { kendallTau } from '../../src/predictors/agreement.ts';
import { lstmEnsemble, LstmRegression } from '../../src/predictors/lstm-ensemble.ts';

const options = { members: 3, embedding: 6, hidden: 8, epochs: 25, batch: 8 };

/** Sequences of 1 to 4 tokens below 3, and the sum of their tokens with noise of deviation 0.3. */
function drawn(seed: number): { readonly sequences: readonly number[][]; readonly targets: Float64Array } {
  const random = Random.fromSeed(seed);
  const sequences = Array.from({ length: 100 }, () =>
    Array.from({ length: 1 + random.below(4) }, () => random.below(3)),
  );
  const noisy = (one: readonly number[]): number => one.reduce((a, b) => a + b) + 0.3 * random.normal();
  return { sequences, targets: Float64Array.from(sequences, noisy) };
}

describe('a regression by LSTM', () => {
  it('has the gradient of the mean of half the squared errors that finite differences have', () => {
    const network = new LstmRegression(3, { embedding: 3, hidden: 5 }, Random.fromSeed(1));
    const sequences = [
      [0, 1, 2],
      [2, 2, 1],
    ];
    const targets = Float64Array.of(1, -2);
    const lossAt = (): number =>
      mean(network.run(sequences).map((output, i) => (output - targets[i]!) ** 2 / 2));
    network.run(sequences, targets);
    expect(network.gradient.some((slope) => Math.abs(slope) > 1e-3)).toBe(true);
    for (const [i, value] of network.values.entries()) {
      network.values[i] = value + 1e-5;
      const above = lossAt();
      network.values[i] = value - 1e-5;
      const below = lossAt();
      network.values[i] = value;
      expect(Math.abs(network.gradient[i]! - (above - below) / 2e-5)).toBeLessThan(1e-8);
    }
  });
});

describe('the ensemble of LSTMs', () => {
  const { sequences, targets } = drawn(1);
  const asked = drawn(2);
  const fitted = lstmEnsemble(3, options).fit(sequences, targets, Random.fromSeed(3));
  const predicted = fitted.predict(asked.sequences);

  it('orders sequences of different lengths that it has not seen, with honest deviations', () => {
    expect(kendallTau(predicted.mean, asked.targets)).toBeGreaterThan(0.75);
    // 1.645 deviations around the mean hold 90 % of a normal distribution.
    const inside = asked.targets.filter(
      (target, i) => Math.abs(target - predicted.mean[i]!) <= 1.645 * predicted.deviation[i]!,
    );
    expect(inside.length / asked.targets.length).toBeGreaterThan(0.8);
    expect(mean(predicted.deviation)).toBeLessThan(1);
  });

  it('gives equal bits with equal seeds', () => {
    const short = lstmEnsemble(3, { ...options, epochs: 2 });
    const run = (): Float64Array =>
      short.fit(sequences, targets, Random.fromSeed(4)).predict(asked.sequences).mean;
    expect(run()).toEqual(run());
  });

  it('refuses targets that are all the same', () => {
    const same = new Float64Array(100).fill(2);
    expect(() => lstmEnsemble(3).fit(sequences, same, Random.fromSeed(1))).toThrow(
      /all 100 targets are 2; add/,
    );
  });

  it('predicts finite numbers from two rows', () => {
    const two = lstmEnsemble(3, options).fit([[0], [1, 2]], Float64Array.of(1, 2), Random.fromSeed(1));
    const { mean: means, deviation } = two.predict(asked.sequences);
    expect([...means, ...deviation].every(Number.isFinite)).toBe(true);
  });
});

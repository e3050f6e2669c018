// The variance of a Gaussian process where it has a closed form.
import { expect, it } from 'vitest';
import { Random } from '../../src/base/random.ts';
import { gaussianProcess, type Kernel } from '../../src/predictors/gaussian-process.ts';

/** Different architectures are as far apart as can be: nothing follows from one for another. */
const unrelated: Kernel<number> = {
  name: 'unrelated',
  metric: () => ({
    between: (rows, columns) => [
      Float64Array.from(rows.flatMap((row) => columns.map((column) => (row === column ? 0 : 1e9)))),
    ],
  }),
};

it('expects of what it knows nothing about the mean and the deviation of the targets', () => {
  // K + noise I is a multiple of I: the variance of maximal likelihood and the noise are that of the targets together.
  const targets = Float64Array.of(1, 2, 4, 9);
  const fitted = gaussianProcess(unrelated).fit([0, 1, 2, 3], targets, Random.fromSeed(1));
  const { mean, deviation } = fitted.predict([4]);
  expect(mean[0]).toBeCloseTo(4, 10);
  expect(deviation[0]).toBeCloseTo(Math.sqrt((9 + 4 + 0 + 25) / 4), 10);
});

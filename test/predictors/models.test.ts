import { describe, expect, it } from 'vitest';
import { Random } from '../../src/base/random.ts';
import { mean } from '../../src/base/statistics.ts';
import { rootMeanSquare } from '../../src/predictors/agreement.ts';
import { bitKernel } from '../../src/predictors/bit-kernel.ts';
import { bourgainKernel } from '../../src/predictors/bourgain-kernel.ts';
import { cholesky } from '../../src/predictors/cholesky.ts';
import { editDistance, type LayerNetwork, networkOfCell } from '../../src/predictors/edit-distance.ts';
import { forest } from '../../src/predictors/forest.ts';
import { gaussianProcess } from '../../src/predictors/gaussian-process.ts';
import type { Predictor } from '../../src/predictors/predictor.ts';
import { networkEnsemble } from '../../src/predictors/network-ensemble.ts';
import { ridge } from '../../src/predictors/ridge.ts';
import { decisionSpaceOf } from '../../src/engine/decision-space.ts';
import { features, predictorNamed, predictorNames } from '../../src/discrete-search/predictors/predictors.ts';
import { measurePredictor } from '../../src/discrete-search/predictors/measure.ts';
import { openTable } from '../../src/data/tables/open-table.ts';
import { nasbench201 } from '../../src/supernet/spaces/nasbench201.ts';
import { dartsCnn } from '../../src/supernet/spaces/darts-cnn.ts';
import { nasbench201File } from '../helpers/tables.ts';
import { existsSync } from 'node:fs';

const bits = 12;
const kernel = bitKernel('hamming', [
  { start: 0, end: 6 },
  { start: 6, end: bits },
]);
const predictors: Predictor<ArrayLike<number>>[] = [
  ridge,
  forest({ trees: 50 }),
  gaussianProcess(kernel),
  networkEnsemble({ epochs: 40 }),
];

/** Rows of random bits and a target that three of them make up, two of them together. */
function rowsOf(count: number, seed: number, noise: number): { rows: Uint8Array[]; targets: Float64Array } {
  const random = Random.fromSeed(seed);
  const rows = Array.from({ length: count }, () => Uint8Array.from({ length: bits }, () => random.below(2)));
  const targets = Float64Array.from(
    rows,
    (row) => 50 + 8 * row[0]! + 4 * row[7]! * row[3]! + noise * random.normal(),
  );
  return { rows, targets };
}

describe.each(predictors)('predictor $name', (predictor) => {
  it('predicts rows that it has not seen, in the unit of the targets', () => {
    const train = rowsOf(150, 1, 0.5);
    const test = rowsOf(100, 2, 0);
    const predicted = predictor.fit(train.rows, train.targets, Random.fromSeed(3)).predict(test.rows);
    // The targets themselves deviate by 4.3.
    expect(rootMeanSquare(predicted.mean, test.targets)).toBeLessThan(1.2);
    expect(predicted.deviation.every((value) => value > 0.1 && value < 4)).toBe(true);
  });

  it('gives equal bits for equal seeds', () => {
    const { rows, targets } = rowsOf(40, 5, 1);
    const run = (): Float64Array => predictor.fit(rows, targets, Random.fromSeed(9)).predict(rows).mean;
    expect(run()).toEqual(run());
  });

  it.each([
    { problem: 'a NaN', targets: [1, Number.NaN, 2], message: /target 1 is NaN; leave failed/ },
    { problem: 'constant targets', targets: [3, 3, 3], message: /all 3 targets are 3; add/ },
    { problem: 'one row', targets: [3], message: /1 training architectures; give 2/ },
    { problem: 'a target too few', targets: [3, 4], rows: 3, message: /3 architectures and 2 targets/ },
  ])('refuses $problem', ({ targets, rows = targets.length, message }) => {
    const some = rowsOf(rows, 1, 0).rows;
    expect(() => predictor.fit(some, Float64Array.from(targets), Random.fromSeed(1))).toThrow(message);
  });

  it('predicts finite numbers from two rows', () => {
    const { rows } = rowsOf(2, 4, 0);
    const fitted = predictor.fit(rows, Float64Array.of(1, 2), Random.fromSeed(1));
    const predicted = fitted.predict(rowsOf(20, 5, 0).rows);
    expect([...predicted.mean, ...predicted.deviation].every(Number.isFinite)).toBe(true);
  });
});

describe('ridge', () => {
  it('has the weights of the normal equations', () => {
    // One feature: x centred is -1, 0, 1; w = sum xy / (sum xx + penalty) for a penalty of the list.
    const fitted = ridge.fit([[0], [1], [2]], Float64Array.of(1, 3, 6), Random.fromSeed(1));
    const { mean } = fitted.predict([[1], [2]]);
    expect(mean[0]).toBeCloseTo(10 / 3, 12);
    const slopes = [0.1, 0.3, 1, 3, 10, 30, 100].map((penalty) => 5 / (2 + penalty));
    expect(slopes.some((slope) => Math.abs(mean[1]! - mean[0]! - slope) < 1e-12)).toBe(true);
  });
});

describe('Gaussian process', () => {
  it('passes near its data with a deviation that grows with distance', () => {
    const { rows, targets } = rowsOf(60, 1, 0);
    const fitted = gaussianProcess(kernel).fit(rows, targets, Random.fromSeed(1));
    const seen = fitted.predict(rows);
    expect(Math.max(...seen.mean.map((value, i) => Math.abs(value - targets[i]!)))).toBeLessThan(0.5);
    const one = rows.slice(0, 30).map((row) => Uint8Array.from(row, (bit) => 1 - bit));
    expect(mean(fitted.predict(one).deviation)).toBeGreaterThan(mean(seen.deviation));
  });
});

describe('500 architectures of NAS-Bench-201, and 1,000 asked', () => {
  const space = decisionSpaceOf(nasbench201);
  it.each(['forest', 'gp'])('take %s under 2 s of processor time each', (name) => {
    const random = Random.fromSeed(1);
    const known = Array.from({ length: 500 }, () => space.sample(random));
    const asked = Array.from({ length: 1000 }, () => space.sample(random));
    const targets = Float64Array.from(known, (one) => one[3]! + one[5]! + random.normal());
    // Of the processor, in microseconds: others may share the machine.
    const start = process.cpuUsage();
    const fitted = predictorNamed(name, space).fit(known, targets, random);
    const fit = process.cpuUsage(start);
    fitted.predict(asked);
    const both = process.cpuUsage(start);
    expect(fit.user).toBeLessThan(2e6);
    expect(both.user - fit.user).toBeLessThan(2e6);
  });
});

describe('predictors of cells', () => {
  const space = decisionSpaceOf(nasbench201);
  const on = (digits: string): number[] =>
    Array.from(features(space, Array.from(digits, Number))).flatMap((bit, i) => (bit === 1 ? [i] : []));

  it('see operations and paths, and edges without a way to the output as absent', () => {
    // 0-3 skip, 0-1-3 conv3x3 pool, others none. Paths: (skip); (3, 4).
    expect(on('300140')).toEqual([3, 16, 24, 30 + 0, 30 + 4 + 2 * 4 + 3]);
    expect(on('322100')).toEqual(on('000100'));
  });

  it.each(predictorNames.flatMap((name) => [nasbench201, dartsCnn].map((of) => ({ name, of }))))(
    '$name learns 12 architectures of $of.name',
    ({ name, of }) => {
      const space = decisionSpaceOf(of);
      const random = Random.fromSeed(2);
      const known = Array.from({ length: 12 }, () => space.sample(random));
      const targets = Float64Array.from(known, () => random.normal());
      const fitted = predictorNamed(name, space).fit(known, targets, random);
      const { mean, deviation } = fitted.predict([space.sample(random), known[0]!]);
      expect([...mean, ...deviation].every(Number.isFinite)).toBe(true);
    },
  );

  it('names the near predictors for an unknown one', () => {
    expect(() => predictorNamed('forrest', space)).toThrow(/"forrest" is not known; did you mean forest/);
  });

  // The required means over 20 splits; a split deviates by about 0.03.
  it.for([
    { name: 'forest', column: 'c10_valid_e12', tau: 0.58 },
    { name: 'forest', column: 'c10_valid_e200', tau: 0.65 },
    { name: 'gp', column: 'c10_valid_e12', tau: 0.62 },
    { name: 'gp', column: 'c10_valid_e200', tau: 0.7 },
  ])(
    '$name orders $column by at least $tau after 200 architectures',
    async ({ name, column, tau }, { skip }) => {
      skip(!existsSync(nasbench201File), `${nasbench201File} is absent`);
      const table = await openTable(nasbench201File);
      const taus = [0, 1, 2, 3].map((seed) => {
        const options = { train: 200, heldOut: 1000, seed };
        return measurePredictor(predictorNamed(name, space), table, table.columns[column]!, options).tau;
      });
      expect(mean(taus)).toBeGreaterThan(tau);
    },
  );
});

describe('edit distance', () => {
  const random = Random.fromSeed(11);
  const networks = Array.from({ length: 24 }, () => networkOf(random));

  it('is a metric on 24 random networks', () => {
    const d = networks.map((a) => networks.map((b) => editDistance(a, b)));
    networks.forEach((a, i) =>
      networks.forEach((b, j) => {
        expect(d[i]![j]).toBeCloseTo(d[j]![i]!, 12);
        expect(d[i]![j]! < 1e-12).toBe(sorted(a) === sorted(b));
        networks.forEach((_, k) => expect(d[i]![j]!).toBeLessThanOrEqual(d[i]![k]! + d[k]![j]! + 1e-12));
      }),
    );
  });

  it.each([
    { change: 'a layer more', a: 'a', b: 'ab', distance: 1 },
    { change: 'another kind', a: 'ab', b: 'ac', distance: 1 },
    { change: 'two layers swapped', a: 'ab', b: 'ba', distance: 2 },
  ])('of $change is $distance', ({ a, b, distance }) => {
    expect(editDistance(chainOf(a), chainOf(b))).toBe(distance);
  });

  it('counts half the width, and a skip connection moved or added', () => {
    const wide = { layers: [{ kind: 'conv', width: 32 }], skips: [{ start: 1, span: 2 }] };
    const narrow = { layers: [{ kind: 'conv', width: 16 }], skips: [{ start: 2, span: 1 }] };
    // 16/32, and (1 + 1) / (2 + 2).
    expect(editDistance(wide, narrow)).toBeCloseTo(1, 12);
    expect(editDistance(wide, { ...wide, skips: [] })).toBe(1);
  });

  it('sees a cell as layers and the connections that pass them by', () => {
    // 0-1 conv3x3, 1-2 pool, 0-3 conv1x1; the pool reaches the output by a wire.
    const network = networkOfCell(
      1,
      [3],
      [
        { from: 0, to: 1, kind: 'conv3x3' },
        { from: 1, to: 2, kind: 'pool' },
        { from: 0, to: 3, kind: 'conv1x1' },
        { from: 2, to: 3, kind: undefined },
      ],
    );
    expect(network.layers.map(({ kind }) => kind)).toEqual(['conv3x3', 'pool', 'conv1x1']);
    expect(network.skips).toEqual([
      { start: 0, span: 2 },
      { start: 2, span: 1 },
    ]);
  });

  it('gives a positive semi-definite kernel on embedded coordinates, though exp(-d^2) is none', () => {
    const n = networks.length;
    const definite = (values: Float64Array): boolean => {
      const shifted = values.slice();
      for (let i = 0; i < n; i++) shifted[i * n + i]! += 1e-9;
      return cholesky(shifted, n) !== undefined;
    };
    const metric = bourgainKernel('edit', editDistance).metric(networks, Random.fromSeed(1));
    const [squared] = metric.between(networks, networks);
    for (const rate of [0.001, 0.01, 0.1, 1])
      expect(definite(squared!.map((d) => Math.exp(-rate * d)))).toBe(true);
    const raw = networks.flatMap((a) => networks.map((b) => editDistance(a, b)));
    expect(
      [0.01, 0.03, 0.1].some((rate) => !definite(Float64Array.from(raw, (d) => Math.exp(-rate * d * d)))),
    ).toBe(true);
  });
});

function networkOf(random: Random): LayerNetwork {
  const layers = Array.from({ length: random.below(6) }, () => ({
    kind: ['conv', 'pool'][random.below(2)]!,
    width: 16 * 2 ** random.below(4),
  }));
  const skips = Array.from({ length: random.below(4) }, () => ({
    start: random.below(5),
    span: 1 + random.below(4),
  }));
  return { layers, skips };
}

/** Equal for networks that differ in the order of their skip connections only. */
function sorted({ layers, skips }: LayerNetwork): string {
  return JSON.stringify([layers, skips.map((skip) => JSON.stringify(skip)).sort()]);
}

/** A letter a layer. */
function chainOf(kinds: string): LayerNetwork {
  return { layers: Array.from(kinds, (kind) => ({ kind, width: 1 })), skips: [] };
}

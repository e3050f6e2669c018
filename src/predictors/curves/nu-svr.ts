// nu-SVR with a Gaussian kernel by libsvm, its settings found by random search under cross-validation. Inputs and
// targets are standardised here.

import type { Random } from '../../base/random.ts';
import { deviation, mean } from '../../base/statistics.ts';
import SVM from 'libsvm-js/asm.js';

// On load the package sets a handler that ends the process, without a word, at a rejected promise.
for (const listener of process.listeners('unhandledRejection')) {
  if (String(listener).includes('process["exit"](1)')) process.off('unhandledRejection', listener);
}

interface SvrSettings {
  readonly cost: number;
  readonly nu: number;
  readonly gamma: number;
}

type Rows = readonly (readonly number[])[];

interface TunedSettings {
  readonly settings: SvrSettings;
  /** Root mean squared error of the held-out folds, in the unit of the targets. */
  readonly error: number;
}

const folds = 3;

/** The best of `trials` random settings: cost and gamma log-uniform, nu uniform. Needs 6 rows or more. */
export function tuneSvr(rows: Rows, targets: Float64Array, trials: number, random: Random): TunedSettings {
  const order = random.split('folds').permutation(rows.length);
  let best: TunedSettings | undefined;
  for (let trial = 0; trial < trials; trial++) {
    const draw = random.split('trial', trial);
    const settings = {
      cost: 10 ** (-1 + 4 * draw.uniform()),
      nu: 0.1 + 0.8 * draw.uniform(),
      gamma: 10 ** (-4 + 4 * draw.uniform()) / Math.sqrt(rows[0]!.length),
    };
    const error = crossValidated(rows, targets, settings, order);
    if (best === undefined || error < best.error) best = { settings, error };
  }
  return best!;
}

function crossValidated(
  rows: Rows,
  targets: Float64Array,
  settings: SvrSettings,
  order: Uint32Array,
): number {
  let squares = 0;
  for (let fold = 0; fold < folds; fold++) {
    const train = order.filter((_, place) => place % folds !== fold);
    const test = order.filter((_, place) => place % folds === fold);
    const some = Array.from(train, (row) => rows[row]!);
    const predicted = fitSvr(
      some,
      Float64Array.from(train, (row) => targets[row]!),
      settings,
    )(Array.from(test, (row) => rows[row]!));
    test.forEach((row, i) => (squares += (predicted[i]! - targets[row]!) ** 2));
  }
  return Math.sqrt(squares / rows.length);
}

/** Trains, and gives the function that predicts. The model is freed after each call, and trained again by the next. */
export function fitSvr(
  rows: Rows,
  targets: Float64Array,
  settings: SvrSettings,
): (asked: Rows) => Float64Array {
  const columns = rows[0]!.map((_, c) => {
    const values = rows.map((row) => row[c]!);
    return { centre: mean(values), scale: deviation(values) || 1 };
  });
  const standard = (row: readonly number[]): number[] =>
    row.map((value, c) => (value - columns[c]!.centre) / columns[c]!.scale);
  const centre = mean(targets);
  const scale = deviation(targets) || 1;
  return (asked) => {
    const { NU_SVR: type } = SVM.SVM_TYPES;
    const { RBF: kernel } = SVM.KERNEL_TYPES;
    const svm = new SVM({ type, kernel, quiet: true, ...settings });
    try {
      svm.train(
        rows.map(standard),
        Array.from(targets, (target) => (target - centre) / scale),
      );
      return Float64Array.from(asked, (row) => centre + scale * svm.predictOne(standard(row)));
    } finally {
      svm.free();
    }
  };
}

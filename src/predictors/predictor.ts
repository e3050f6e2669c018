// The contract of predictors: from scored architectures to a mean and a deviation for others.

import { MixopError } from '../base/errors.ts';
import type { Random } from '../base/random.ts';

/** One value an architecture, in the unit of the targets. */
export interface Prediction {
  readonly mean: Float64Array;
  /** Standard deviation of what one evaluation would give, noise included; at least 0. */
  readonly deviation: Float64Array;
}

export interface FittedPredictor<A> {
  predict(architectures: readonly A[]): Prediction;
}

/** `A` is what the predictor sees of an architecture: a row of features, or a graph. */
export interface Predictor<A> {
  readonly name: string;
  /**
   * Deterministic for equal arguments; draws only from streams split off `random`. Throws a `MixopError` for targets
   * that `checkTargets` refuses.
   */
  fit(architectures: readonly A[], targets: Float64Array, random: Random): FittedPredictor<A>;
}

/** A predictor of what `encode` makes of an architecture. */
export function encoded<A, B>(predictor: Predictor<B>, encode: (architecture: A) => B): Predictor<A> {
  return {
    name: predictor.name,
    fit(architectures, targets, random) {
      const fitted = predictor.fit(architectures.map(encode), targets, random);
      return { predict: (asked) => fitted.predict(asked.map(encode)) };
    },
  };
}

/** Refuses what no predictor can learn from: fewer than 2 targets, one that is not finite, all the same. */
export function checkTargets(predictor: string, rows: number, targets: Float64Array): void {
  const place = `predictor ${predictor}`;
  const refuse = (problem: string, remedy: string): MixopError =>
    new MixopError('numeric', place, problem, remedy);
  if (rows !== targets.length)
    throw refuse(`${rows} architectures and ${targets.length} targets`, 'give one target an architecture');
  if (rows < 2) throw refuse(`${rows} training architectures`, 'give 2 or more');
  const bad = targets.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0)
    throw refuse(`target ${bad} is ${targets[bad]}`, 'leave failed evaluations out, or score them as worst');
  if (targets.every((value) => value === targets[0]))
    throw refuse(`all ${rows} targets are ${targets[0]}`, 'add architectures that score differently');
}

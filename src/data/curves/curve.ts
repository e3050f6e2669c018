// What a learning curve is: values that rise towards 1, whatever the file tells. Each reader states its map.

export interface LearningCurve {
  readonly name: string;
  /** One value an epoch (or a check point), 0 to 1, higher is better; short if the run diverged. */
  readonly values: Float64Array;
  /** What was known before the run started, as the set's `featureNames`. */
  readonly features: readonly number[];
}

/** Curves of one task, comparable with each other. */
export interface CurveSet {
  readonly name: string;
  /** Values of a complete curve. */
  readonly length: number;
  readonly featureNames: readonly string[];
  /** How the file's numbers became values. */
  readonly map: string;
  readonly curves: readonly LearningCurve[];
}

/** Curves that ran to the end. */
export function completeCurves({ curves, length }: CurveSet): readonly LearningCurve[] {
  return curves.filter(({ values }) => values.length === length);
}

/** 0 to 1, NaN becomes 0: the worst. */
export function clamped(value: number): number {
  return value > 0 ? Math.min(value, 1) : 0;
}

// What a learning curve is: values that rise towards 1, whatever the file tells. Each reader states its map.

interface LearningCurve {
  readonly name: string;
  /** One value an epoch (or a check point), 0 to 1, higher is better; short if the run diverged or ended early. */
  readonly values: Float64Array;
  /** Whether the file has a value that is not finite; `values` are those before it. */
  readonly diverged: boolean;
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

/** Curves that did not run to the end: those with a value that is not finite, and those that are short. */
export function leftOut({ curves, length }: CurveSet): {
  readonly notFinite: number;
  readonly short: number;
} {
  const incomplete = curves.filter(({ values }) => values.length < length);
  const notFinite = incomplete.filter(({ diverged }) => diverged).length;
  return { notFinite, short: incomplete.length - notFinite };
}

/** Records by a name, in the order in which the names first come. */
export function grouped<T>(
  records: readonly T[],
  nameOf: (record: T) => string,
): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const record of records) {
    const group = groups.get(nameOf(record));
    if (group === undefined) groups.set(nameOf(record), [record]);
    else group.push(record);
  }
  return groups;
}

/** Values of the longest curve. */
export function longest(curves: readonly (readonly unknown[])[]): number {
  return curves.reduce((length, values) => Math.max(length, values.length), 0);
}

/** What a file tells of a run up to its first number that is not finite, by `map`. */
export function risingValues(
  numbers: readonly (number | null)[],
  map: (number: number) => number,
): Pick<LearningCurve, 'values' | 'diverged'> {
  const end = numbers.findIndex((number) => number === null || !Number.isFinite(number));
  const finite = end < 0 ? numbers : numbers.slice(0, end);
  return { values: Float64Array.from(finite, (number) => clamped(map(number!))), diverged: end >= 0 };
}

/** 0 to 1, NaN becomes 0: the worst. */
export function clamped(value: number): number {
  return value > 0 ? Math.min(value, 1) : 0;
}

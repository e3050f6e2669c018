// A kernel from any metric, as in Auto-Keras (Jin, Song and Hu 2019, section 3.1): coordinates by Bourgain's embedding
// (distances to random subsets of the training architectures), and the squared Euclidean distance between them, which
// is of negative type. exp(-d^2) of the metric itself is in general not positive semi-definite.

import type { Kernel } from './gaussian-process.ts';

/** Subsets of sizes 1, 2, 4, ... up to n/2 or more, about ln n of each: O(log^2 n) coordinates. */
export function bourgainKernel<A>(name: string, distance: (a: A, b: A) => number): Kernel<A> {
  return {
    name,
    metric(training, random) {
      const n = training.length;
      const sizes = Array.from({ length: Math.max(1, Math.ceil(Math.log2(n))) }, (_, i) => 2 ** i);
      const repeats = Math.max(1, Math.ceil(Math.log(n)));
      const subsets = sizes.flatMap((size) =>
        Array.from({ length: repeats }, () => Array.from({ length: size }, () => random.below(n))),
      );
      const coordinates = (architecture: A): Float64Array => {
        const away = training.map((other) => distance(architecture, other));
        return Float64Array.from(subsets, (subset) => Math.min(...subset.map((member) => away[member]!)));
      };
      // The training architectures are asked for again with every prediction.
      const known = new Map<A, Float64Array>(training.map((one) => [one, coordinates(one)]));
      const of = (architectures: readonly A[]): Float64Array[] =>
        architectures.map((one) => known.get(one) ?? coordinates(one));
      return { between: (rows, columns) => [squaredDistances(of(rows), of(columns))] };
    },
  };
}

function squaredDistances(rows: readonly Float64Array[], columns: readonly Float64Array[]): Float64Array {
  const result = new Float64Array(rows.length * columns.length);
  rows.forEach((row, i) =>
    columns.forEach((column, j) => {
      let sum = 0;
      for (let c = 0; c < row.length; c++) sum += (row[c]! - column[c]!) ** 2;
      result[i * columns.length + j] = sum;
    }),
  );
  return result;
}

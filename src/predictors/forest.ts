// Random forest for 0/1 features (Breiman 2001, "Random forests"): bootstrapped regression trees, each split the one
// of a random third of the features that takes away most squared error.

import type { Random } from '../base/random.ts';
import { checkTargets, type FittedPredictor, type Predictor } from './predictor.ts';

/** 0 or 1 each; all rows of one length. */
export type Bits = ArrayLike<number>;

interface ForestOptions {
  readonly trees: number;
  /** Share of the features that a split looks at. */
  readonly share: number;
  /** Rows below which a node is not split. */
  readonly minimum: number;
}

const defaults: ForestOptions = { trees: 200, share: 1 / 3, minimum: 4 };

/** Nodes of a tree by number, root first; a leaf has feature -1. */
interface Tree {
  readonly feature: Int32Array;
  /** The node for a 0; the one for a 1 follows it. */
  readonly child: Int32Array;
  readonly mean: Float64Array;
  readonly variance: Float64Array;
}

export function forest(options: Partial<ForestOptions> = {}): Predictor<Bits> {
  const settings = { ...defaults, ...options };
  return {
    name: 'forest',
    fit(rows, targets, random) {
      checkTargets('forest', rows.length, targets);
      const columns = columnsOf(rows);
      const trees = Array.from({ length: settings.trees }, (_, t) =>
        growTree(columns, targets, settings, random.split('tree', t)),
      );
      return predictorOf(trees);
    },
  };
}

function columnsOf(rows: readonly Bits[]): Uint8Array[] {
  return Array.from({ length: rows[0]!.length }, (_, c) => Uint8Array.from(rows, (row) => row[c]!));
}

function growTree(
  columns: Uint8Array[],
  targets: Float64Array,
  options: ForestOptions,
  random: Random,
): Tree {
  const count = targets.length;
  const sample = Uint32Array.from({ length: count }, () => random.below(count));
  const feature: number[] = [];
  const child: number[] = [];
  const mean: number[] = [];
  const variance: number[] = [];
  const looks = Math.max(1, Math.round(columns.length * options.share));
  const order = Uint32Array.from(columns, (_, c) => c);
  const pending = [{ node: 0, start: 0, end: count }];
  let nodes = 1;
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { node, start, end } = next;
    let sum = 0;
    let squares = 0;
    for (let i = start; i < end; i++) {
      const target = targets[sample[i]!]!;
      sum += target;
      squares += target * target;
    }
    const size = end - start;
    mean[node] = sum / size;
    variance[node] = Math.max(0, squares / size - (sum / size) ** 2);
    feature[node] = -1;
    child[node] = -1;
    if (size < options.minimum || variance[node] < 1e-12) continue;
    const chosen = bestSplit(columns, targets, sample, start, end, sum, order, looks, random);
    if (chosen < 0) continue;
    const middle = partition(sample, columns[chosen]!, start, end);
    feature[node] = chosen;
    child[node] = nodes;
    pending.push({ node: nodes, start, end: middle }, { node: nodes + 1, start: middle, end });
    nodes += 2;
  }
  return {
    feature: Int32Array.from(feature),
    child: Int32Array.from(child),
    mean: Float64Array.from(mean),
    variance: Float64Array.from(variance),
  };
}

/** The feature whose split leaves the largest sum of (sum of side)^2 / (size of side), or -1 if none divides. */
function bestSplit(
  columns: Uint8Array[],
  targets: Float64Array,
  sample: Uint32Array,
  start: number,
  end: number,
  total: number,
  order: Uint32Array,
  looks: number,
  random: Random,
): number {
  const size = end - start;
  let best = -1;
  let gain = (total * total) / size + 1e-12;
  // Features that do not divide the node do not count as looked at.
  for (let drawn = 0, looked = 0; drawn < order.length && looked < looks; drawn++) {
    const other = drawn + random.below(order.length - drawn);
    [order[drawn], order[other]] = [order[other]!, order[drawn]!];
    const column = columns[order[drawn]!]!;
    let ones = 0;
    let sum = 0;
    for (let i = start; i < end; i++) {
      const row = sample[i]!;
      if (column[row] === 1) {
        ones++;
        sum += targets[row]!;
      }
    }
    if (ones === 0 || ones === size) continue;
    looked++;
    const score = (sum * sum) / ones + (total - sum) ** 2 / (size - ones);
    if (score > gain) {
      gain = score;
      best = order[drawn]!;
    }
  }
  return best;
}

/** Rows with a 0 first; gives where those with a 1 start. */
function partition(sample: Uint32Array, column: Uint8Array, start: number, end: number): number {
  let middle = start;
  for (let i = start; i < end; i++) {
    const row = sample[i]!;
    if (column[row] === 1) continue;
    sample[i] = sample[middle]!;
    sample[middle++] = row;
  }
  return middle;
}

/** Deviation by the law of total variance: that of the trees' means plus the mean variance within leaves. */
function predictorOf(trees: readonly Tree[]): FittedPredictor<Bits> {
  return {
    predict(rows) {
      const means = new Float64Array(rows.length);
      const deviations = new Float64Array(rows.length);
      rows.forEach((row, n) => {
        let sum = 0;
        let squares = 0;
        let within = 0;
        for (const tree of trees) {
          let node = 0;
          while (tree.feature[node]! >= 0) node = tree.child[node]! + row[tree.feature[node]!]!;
          const value = tree.mean[node]!;
          sum += value;
          squares += value * value;
          within += tree.variance[node]!;
        }
        const centre = sum / trees.length;
        means[n] = centre;
        deviations[n] = Math.sqrt(
          Math.max(0, squares / trees.length - centre * centre) + within / trees.length,
        );
      });
      return { mean: means, deviation: deviations };
    },
  };
}

// How well predictors rank architectures that they have not seen, by the number of those that they learn from.

import { Random } from '../../base/random.ts';
import type { ArchitectureTable } from '../../data/tables/architecture-table.ts';
import type { Architecture } from '../../discrete-baselines/architecture.ts';
import { kendallTau, rootMeanSquare, spearman } from '../../predictors/agreement.ts';
import { normalScores } from '../../predictors/normal-scores.ts';
import type { Predictor } from '../../predictors/predictor.ts';

export interface PredictorScore {
  readonly tau: number;
  readonly rho: number;
  /** In the unit of the column. */
  readonly rmse: number;
  /** Share of held-out values within the central 90 % that was predicted. */
  readonly coverage90: number;
  readonly fitSeconds: number;
  readonly predictSeconds: number;
}

interface MeasureOptions {
  readonly train: number;
  readonly heldOut: number;
  readonly seed: number;
  /** Only these architectures, by their digits, are drawn; else all of the table. */
  readonly among?: ReadonlySet<string>;
}

/** The 95 % point of the standard normal. */
const width = 1.6448536269514722;

/**
 * One split. Predictors learn normal scores of the targets, so that a few very bad architectures do not dominate.
 * Error and coverage are in the unit of the column again.
 */
export function measurePredictor(
  predictor: Predictor<Architecture>,
  table: ArchitectureTable,
  column: Float64Array,
  { train, heldOut, seed, among }: MeasureOptions,
): PredictorScore {
  const random = Random.fromSeed(seed);
  const rows = [...table.rows.entries()].filter(([digits]) => among?.has(digits) ?? true);
  const order = random.split('split').permutation(rows.length);
  const pick = (from: number, to: number): { architectures: Architecture[]; values: Float64Array } => {
    const picked = Array.from(order.subarray(from, to), (index) => rows[index]!);
    return {
      architectures: picked.map(([digits]) => Array.from(digits, Number)),
      values: Float64Array.from(picked, ([, row]) => column[row]!),
    };
  };
  const known = pick(0, train);
  const asked = pick(train, train + heldOut);
  const normal = normalScores(known.values);
  const start = performance.now();
  const fitted = predictor.fit(known.architectures, normal.scores, random.split('fit'));
  const middle = performance.now();
  const { mean, deviation } = fitted.predict(asked.architectures);
  const end = performance.now();
  const inside = asked.values.filter((value, i) => {
    const [low, high] = [-width, width].map((z) => normal.inverse(mean[i]! + z * deviation[i]!));
    return low! <= value && value <= high!;
  });
  return {
    tau: kendallTau(mean, asked.values),
    rho: spearman(mean, asked.values),
    rmse: rootMeanSquare(
      mean.map((score) => normal.inverse(score)),
      asked.values,
    ),
    coverage90: inside.length / asked.values.length,
    fitSeconds: (middle - start) / 1000,
    predictSeconds: (end - middle) / 1000,
  };
}

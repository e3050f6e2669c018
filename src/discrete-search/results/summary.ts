// Results of several searches: means over seeds of what each one found.

import { type MeanOf, meanOf } from '../../base/statistics.ts';
import { type StoppingSummary, summariseStopping } from '../../predictors/curves/stopping.ts';
import type { BaselineConfig } from '../config.ts';
import { bestOf, incumbents, type LedgerLine, type Trace } from '../ledger.ts';

interface RunScore {
  readonly seed: number;
  readonly evaluations: number;
  readonly seconds: number;
  /** The best by score. */
  readonly best: LedgerLine;
}

export interface Summary {
  readonly outcomes: readonly RunScore[];
  readonly evaluations: MeanOf;
  readonly seconds: MeanOf;
  readonly score: MeanOf;
  /** Of the best by score; metrics that all of them have. */
  readonly metrics: Readonly<Record<string, MeanOf>>;
  /** The best of all searches. */
  readonly best: LedgerLine;
}

/** Undefined where nothing was evaluated. */
export function summarise(traces: readonly Trace[]): Summary | undefined {
  const outcomes = traces
    .filter(({ lines }) => lines.length > 0)
    .map((trace): RunScore => ({
      seed: trace.seed,
      evaluations: trace.lines.length,
      seconds: trace.lines.reduce((sum, { seconds }) => sum + seconds, 0),
      best: incumbents(trace).at(-1)!,
    }));
  if (outcomes.length === 0) return undefined;
  const over = (value: (outcome: RunScore) => number): MeanOf => meanOf(outcomes.map(value));
  const names = Object.keys(outcomes[0]!.best.metrics).filter((name) =>
    outcomes.every(({ best }) => best.metrics[name] !== undefined),
  );
  return {
    outcomes,
    evaluations: over(({ evaluations }) => evaluations),
    seconds: over(({ seconds }) => seconds),
    score: over(({ best }) => best.score),
    metrics: Object.fromEntries(names.map((name) => [name, over(({ best }) => best.metrics[name]!)])),
    best: bestOf(outcomes.map(({ best }) => best))!,
  };
}

/** What stopping early saved in full evaluations; undefined where no training may be stopped early. */
export function stoppingOf(
  { stopEarly }: Pick<BaselineConfig, 'stopEarly'>,
  lines: readonly LedgerLine[],
): StoppingSummary | undefined {
  return stopEarly && summariseStopping(lines.filter(({ budget }) => budget === undefined));
}

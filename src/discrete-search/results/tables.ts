// What searches without gradient found, as tables of text; callers add the lines.

import { minOf } from '../../base/extremes.ts';
import type { MeanOf } from '../../base/statistics.ts';
import type { StoppingSummary } from '../../predictors/curves/stopping.ts';
import type { Comparison } from './comparison.ts';
import type { Front } from './front.ts';
import { minSeeds, type Standings } from './standings.ts';

/** The text of a table's cells. */
export interface Cells {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** The table of results: strategy, score, regret, rank, cost to random's mean, then the columns that all report. */
export function comparisonTable({ rows, optimum, target, axis }: Standings): Cells {
  const names = Object.keys(rows[0]?.summary.metrics ?? {}).filter((name) =>
    rows.every(({ summary }) => summary.metrics[name] !== undefined),
  );
  const head = [
    'strategy',
    'best score (95 % interval)',
    ...(optimum === undefined ? [] : ['regret']),
    'mean rank',
    ...(target === undefined ? [] : [`${axis} to random's mean`]),
    'evaluations',
    ...names,
  ];
  const cells = rows.map(({ strategy, summary, rank, early }) => [
    strategy,
    meanText(summary.score),
    ...(optimum === undefined ? [] : [regretText(optimum, summary.score.mean)]),
    rank.toFixed(2),
    ...(target === undefined ? [] : [early === undefined ? 'never' : early.toFixed(0)]),
    summary.evaluations.mean.toFixed(0),
    ...names.map((name) => meanText(summary.metrics[name]!)),
  ]);
  return { head, rows: cells };
}

/** By strategy (rows) against strategy (columns): p of the row not being above the column. */
function significanceTable({ rows }: Standings): Cells {
  const names = rows.map(({ strategy }) => strategy);
  const cells = rows.map(({ strategy, above }) => [
    strategy,
    ...names.map((name) => (name === strategy ? '' : pText(above[name]!))),
  ]);
  return { head: ['above', ...names], rows: cells };
}

/** What the test of significance says, or why there is none. */
export function significance(standings: Standings): { readonly note: string; readonly table?: Cells } {
  const seeds = minOf(standings.rows.map(({ summary }) => summary.outcomes.length));
  if (seeds < minSeeds) return { note: `A test of significance needs ${minSeeds} searches or more.` };
  const note = `One-sided Mann-Whitney test: the probability of such scores if the strategy of the row were no better than that of the
column.`;
  return { note, table: significanceTable(standings) };
}

/** What each strategy's front holds and covers; undefined where no objective was given. */
export function frontTable({
  rows,
}: Comparison): (Cells & { /** Explains the table. */ readonly note: string }) | undefined {
  const fronts = rows.flatMap(({ strategy, front }) => (front ? [{ strategy, ...front }] : []));
  const [first] = fronts;
  if (first === undefined) return undefined;
  const { objective, box } = first;
  const cells = fronts.map(({ strategy, points, unbeaten, covered }) => [
    strategy,
    String(points.length),
    String(unbeaten),
    meanText(covered),
  ]);
  const range = `scores ${box.worst.gain} to ${box.best.gain}, ${objective} ${box.best.cost} to ${box.worst.cost}`;
  return {
    head: ['strategy', 'points on its front', 'unbeaten by others', 'covered (95 % interval)'],
    rows: cells,
    note: `Front: score against ${objective}, all searches of a strategy together. Covered: the share of the range
seen (${range}) that the front of one search dominates.`,
  };
}

/** The front's table: score, objective, the search and evaluation that found it, the architecture. */
export function frontPoints({ points, objective }: Front): Cells {
  const rows = points.map(({ gain, cost, seed, id, text }) => [
    gain.toFixed(3),
    String(cost),
    String(seed),
    String(id + 1),
    text,
  ]);
  return { head: ['score', objective, 'seed', 'evaluation', 'architecture'], rows };
}

/** A mean of equal scores may differ from them in the last bit: 0, not -0. */
function regretText(optimum: number, mean: number): string {
  return Math.max(0, optimum - mean).toFixed(3);
}

export function meanText({ mean, interval }: MeanOf): string {
  const text = Math.abs(mean) >= 1e5 ? mean.toPrecision(5) : mean.toFixed(3);
  if (interval === undefined) return text;
  return `${text} ± ${Math.abs(mean) >= 1e5 ? interval.toPrecision(2) : interval.toFixed(3)}`;
}

function pText(p: number): string {
  return p < 1e-4 ? p.toExponential(0) : p.toFixed(4);
}

/** What stopping early saved, and its expected mistakes; `what` is the head of the names. */
export function stoppingTable(
  what: string,
  found: readonly (StoppingSummary & { readonly name: string })[],
): Cells {
  const rows = found.map(({ name, stopped, runs, saved, epochs, mistakes }) => [
    name,
    `${stopped} of ${runs}`,
    `${saved} of ${epochs}`,
    mistakes?.toPrecision(1) ?? 'unknown',
  ]);
  return { head: [what, 'trainings stopped early', 'epochs saved', 'mistakes expected'], rows };
}

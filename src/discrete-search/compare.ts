// Several strategies under equal budgets: runs of each, and what can be said of them together. Random search is always
// among them.

import { join } from 'node:path';
import { dominates } from '../base/pareto.ts';
import { type BaselineConfigInput, defaultPlace } from './config.ts';
import type { StoppingSummary } from '../predictors/curves/stopping.ts';
import { type Axis, curveOf } from './results/curves.ts';
import { boxOf, coveredBy, type Front } from './results/front.ts';
import { type LedgerLine, tracesOf } from './ledger.ts';
import { baseline, type BaselineOptions, type BaselineProgress, prepareBaseline } from './run.ts';
import { control, type Contestant, type Standing, type Standings, standingsOf } from './results/standings.ts';

export interface CompareOptions extends Omit<BaselineOptions, 'config' | 'onProgress'> {
  readonly strategies: readonly string[];
  /** The same for all; `settings` by strategy. */
  readonly config: Omit<BaselineConfigInput, 'strategy' | 'settings'>;
  readonly settings?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly onProgress?: (progress: BaselineProgress, strategy: string) => void;
}

interface Found extends Contestant {
  /** The best of all its searches, as text. */
  readonly text: string;
  /** Where an objective was given; its box, and so what it covers, is that of all strategies. */
  readonly front?: Front & { /** Points that no other strategy beats. */ readonly unbeaten: number };
  /** Where trainings may be ended early. */
  readonly stopping?: StoppingSummary;
}

export type Compared = Found & Standing;

export interface Comparison extends Standings<Compared> {
  readonly finished: boolean;
  readonly scoreName: string;
}

export async function compare(options: CompareOptions): Promise<Comparison> {
  const {
    config,
    out,
    settings = {},
    onProgress,
    strategies: named,
    placeOf = defaultPlace,
    ...rest
  } = options;
  const strategies = [...new Set([control, ...named])];
  const each = strategies.map((strategy): BaselineOptions => ({
    ...rest,
    config: { ...config, strategy, settings: settings[strategy] ?? {} },
    placeOf: ([first, ...path], part) =>
      placeOf(first === 'settings' ? [first, strategy, ...path] : [first!, ...path], part),
    ...(out !== undefined && { out: join(out, strategy) }),
    onProgress: (progress) => onProgress?.(progress, strategy),
  }));
  // What is wrong with the last strategy is told before the first one runs.
  for (const one of each) await (await prepareBaseline(one)).close();
  const axis: Axis = config.budget.evaluations === undefined ? 'seconds' : 'evaluations';
  const found: Found[] = [];
  const ledgers: (readonly LedgerLine[])[] = [];
  let [optimum, scoreName]: [number | undefined, string] = [undefined, ''];
  for (const [i, strategy] of strategies.entries()) {
    const { finished, lines, summary, text, stopping, front, ...known } = await baseline(each[i]!);
    ({ optimum, scoreName } = known);
    if (!finished || summary === undefined)
      return { finished, axis, scoreName, optimum, target: undefined, rows: [] };
    const curve = curveOf(tracesOf(lines), axis);
    ledgers.push(lines);
    const alone = front && { front: { ...front, unbeaten: front.points.length } };
    found.push({ strategy, summary, text: text!, curve, ...alone, ...(stopping && { stopping }) });
  }
  const fronts = together(
    found.map(({ front }) => front),
    ledgers,
  );
  const target = found[0]!.summary.score.mean;
  const contestants = found.map((one, i): Found => ({ ...one, ...(fronts[i] && { front: fronts[i] }) }));
  const rows = standingsOf(contestants, target);
  return { finished: true, axis, scoreName, optimum, target, rows };
}

/** Fronts of strategies measured by one box, and held against each other. */
function together(
  fronts: readonly Compared['front'][],
  ledgers: readonly (readonly LedgerLine[])[],
): readonly Compared['front'][] {
  const found = fronts.filter((front) => front !== undefined);
  if (found.length === 0) return fronts;
  const box = boxOf(found.flatMap(({ box }) => [box.worst, box.best]));
  const all = found.flatMap(({ points }) => points);
  return fronts.map(
    (front, i) =>
      front && {
        ...front,
        box,
        covered: coveredBy(ledgers[i]!, front.objective, box),
        unbeaten: front.points.filter((point) => !all.some((other) => dominates(other, point))).length,
      },
  );
}

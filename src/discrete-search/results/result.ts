// What a run of searches without gradient returns, and the files with which it ends.

import type { DecisionSpace } from '../../discrete-baselines/architecture.ts';
import { type LedgerLine, tracesOf } from '../ledger.ts';
import type { BaselineResult } from '../options.ts';
import type { PreparedBaseline } from '../prepare.ts';
import { drawFronts } from './draw-fronts.ts';
import { frontFile, genotypeFile } from './file-names.ts';
import { frontOf } from './front.ts';
import { stoppingOf, summarise } from './summary.ts';

export function resultOf(
  { config, space, scoreName, optimum, objective }: PreparedBaseline,
  { finished, lines }: { readonly finished: boolean; readonly lines: readonly LedgerLine[] },
  out: string | undefined,
): BaselineResult {
  const summary = summarise(tracesOf(lines));
  const stopping = stoppingOf(config, lines);
  const front = objective === undefined ? undefined : frontOf(lines, objective, (path) => space.text(path));
  return {
    finished,
    config,
    lines,
    summary,
    text: summary && space.text(summary.best.architecture),
    scoreName,
    ...(stopping && { stopping }),
    ...(front && { front }),
    ...(optimum !== undefined && { optimum }),
    ...(out !== undefined && { out }),
  };
}

/** By name: the best architecture, and the front where an objective was given. */
export function resultFiles(
  { config, summary, text, front, scoreName }: BaselineResult,
  space: DecisionSpace,
): Readonly<Record<string, string>> {
  const genotype = summary && (space.genotype?.(summary.best.architecture) ?? text);
  const fronts = front && [{ name: config.strategy, points: front.points }];
  return {
    ...(genotype !== undefined && { [genotypeFile]: `${genotype}\n` }),
    ...(fronts && { [frontFile]: drawFronts(fronts, front.objective, scoreName) }),
  };
}

// The files of a comparison, next to its runs: curves, fronts and a page of Markdown.

import type { Comparison } from './comparison.ts';
import { drawCurves } from './draw-curves.ts';
import { drawFronts } from './draw-fronts.ts';
import { curvesFile, frontFile, reportFile } from './file-names.ts';
import { reportText } from './report.ts';

/** By name. */
export function comparisonFiles(comparison: Comparison, seeds: number): Readonly<Record<string, string>> {
  const { rows, axis, scoreName } = comparison;
  const curves = rows.map(({ strategy, curve }) => ({ name: strategy, points: curve }));
  const fronts = rows.flatMap(({ strategy, front }) => (front ? [{ name: strategy, ...front }] : []));
  const [first] = fronts;
  return {
    [curvesFile]: drawCurves(curves, axis, `best ${scoreName} so far`),
    ...(first && { [frontFile]: drawFronts(fronts, first.objective, scoreName) }),
    [reportFile]: reportText(comparison, seeds),
  };
}

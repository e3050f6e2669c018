// Curves with bands as an SVG.

import { minOf } from '../../base/extremes.ts';
import type { CurvePoint } from './curves.ts';
import { drawChart, rangeOf } from './chart.ts';

interface NamedCurve {
  readonly name: string;
  readonly points: readonly CurvePoint[];
}

/** axis, score: labels of the axes. */
export function drawCurves(curves: readonly NamedCurve[], axis: string, score: string): string {
  const points = curves.flatMap(({ points }) => points);
  // The first few evaluations are far below the rest, and the ends of curves are compared.
  const floor = minOf(curves.flatMap(({ points }) => points[Math.floor(points.length / 20)]?.low ?? []));
  const chart = {
    across: axis,
    up: score,
    acrossRange: rangeOf(points.map(({ at }) => at)),
    upRange: rangeOf([floor, ...points.map(({ high }) => high)]),
    names: curves.map(({ name }) => name),
  };
  return drawChart(chart, (place, pens) => {
    const bands = curves.map(({ points }, i) => {
      const outline = [
        ...points.map(({ at, high }) => place(at, high)),
        ...points.toReversed().map(({ at, low }) => place(at, low)),
      ];
      return `<polygon points="${outline.join(' ')}" fill="${pens[i]!.colour}" fill-opacity="0.12"/>`;
    });
    const lines = curves.map(({ points }, i) => {
      const line = points.map(({ at, mean }) => place(at, mean)).join(' ');
      return `<polyline points="${line}" ${pens[i]!.stroke}/>`;
    });
    return [...bands, ...lines];
  });
}

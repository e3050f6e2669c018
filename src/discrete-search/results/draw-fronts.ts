// Pareto fronts as an SVG: a dot for each architecture, and steps along the bound that none exceeds.

import type { Trade } from '../../base/pareto.ts';
import { quantile } from '../../base/statistics.ts';
import { drawChart, rangeOf } from './chart.ts';

interface NamedFront {
  readonly name: string;
  /** By increasing cost and gain, none beaten by another. */
  readonly points: readonly Trade[];
}

/** objective, score: labels of the axes. */
export function drawFronts(fronts: readonly NamedFront[], objective: string, score: string): string {
  const all = fronts.flatMap(({ points }) => points);
  const [min, max] = rangeOf(all.map(({ cost }) => cost));
  const gains = all.map(({ gain }) => gain).sort((a, b) => a - b);
  const [bottom, top] = rangeOf([...gains, floorOf(gains)].filter((gain) => gain >= floorOf(gains)));
  const margin = (max - min) / 25;
  const chart = {
    across: objective,
    up: score,
    acrossRange: [min - margin, max + margin],
    upRange: [bottom, top + (top - bottom) / 25],
    names: fronts.map(({ name }) => name),
  } as const;
  return drawChart(chart, (place, pens) =>
    fronts.flatMap(({ points }, i) => {
      const steps = points.flatMap(({ cost, gain }, k) => [
        place(cost, gain),
        place(points[k + 1]?.cost ?? max + margin, gain),
      ]);
      const dots = points.map(({ cost, gain }) => {
        const [x, y] = place(cost, gain).split(',');
        return `<circle cx="${x}" cy="${y}" r="4" fill="${pens[i]!.colour}"><title>${gain} at ${cost}</title></circle>`;
      });
      return [`<polyline points="${steps.join(' ')}" ${pens[i]!.stroke}/>`, ...dots];
    }),
  );
}

/** The cheapest architectures may be so far below the rest that the others could not be distinguished. */
function floorOf(sorted: readonly number[]): number {
  const low = quantile(sorted, 0.25);
  return Math.max(sorted[0]!, low - 2 * (sorted.at(-1)! - low));
}

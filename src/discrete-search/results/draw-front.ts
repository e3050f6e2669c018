// Fronts as a picture: a dot an architecture, and steps that bound what no architecture reaches.

import type { Trade } from '../../base/pareto.ts';
import { quantile } from '../../base/statistics.ts';
import { drawChart, rangeOf } from './draw-chart.ts';

export interface NamedFront {
  readonly name: string;
  /** By increasing cost and gain, none beaten by another. */
  readonly points: readonly Trade[];
}

/** objective, score: what the axes show. */
export function drawFronts(fronts: readonly NamedFront[], objective: string, score: string): string {
  const all = fronts.flatMap(({ points }) => points);
  const [least, largest] = rangeOf(all.map(({ cost }) => cost));
  const gains = all.map(({ gain }) => gain).sort((a, b) => a - b);
  const [bottom, top] = rangeOf([...gains, floorOf(gains)].filter((gain) => gain >= floorOf(gains)));
  const margin = (largest - least) / 25;
  const chart = {
    across: objective,
    up: score,
    acrossRange: [least - margin, largest + margin],
    upRange: [bottom, top + (top - bottom) / 25],
    names: fronts.map(({ name }) => name),
  } as const;
  return drawChart(chart, (place, pens) =>
    fronts.flatMap(({ points }, i) => {
      const steps = points.flatMap(({ cost, gain }, k) => [
        place(cost, gain),
        place(points[k + 1]?.cost ?? largest + margin, gain),
      ]);
      const dots = points.map(({ cost, gain }) => {
        const [x, y] = place(cost, gain).split(',');
        return `<circle cx="${x}" cy="${y}" r="4" fill="${pens[i]!.colour}"><title>${gain} at ${cost}</title></circle>`;
      });
      return [`<polyline points="${steps.join(' ')}" ${pens[i]!.stroke}/>`, ...dots];
    }),
  );
}

/** The cheapest architectures may lie so far below the rest that nothing else could be told apart. */
function floorOf(sorted: readonly number[]): number {
  const low = quantile(sorted, 0.25);
  return Math.max(sorted[0]!, low - 2 * (sorted.at(-1)! - low));
}

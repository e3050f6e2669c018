// Searches without a gradient in a report: the best so far against what was spent, the front, what was found.

import type { MeanOf } from '../base/statistics.ts';
import { frontPoints, meanText } from '../discrete-search/results/tables.ts';
import { type Line, lineChart } from './charts.ts';
import type { ReportedBaseline } from './collect-baseline.ts';
import { html, type Html, type Part } from './html.ts';
import { configuration, decimal, scoreText, stoppingPart, table, textOf } from './parts.ts';

export function baselineSection(run: ReportedBaseline): Html {
  const { name, path, finished, config, segments, evaluations, summary, text, front } = run;
  const state = finished ? 'finished' : 'not finished';
  const searches = summary?.outcomes.length ?? 0;
  const head = html`<h2>${name} <small>${textOf(config['strategy'])} on ${textOf(config['space'])}, ${state}, ${evaluations} evaluations in ${searches} of ${textOf(config['seeds'])} searches, ${path}</small></h2>`;
  if (summary === undefined)
    return html`<section>${head}<p>Nothing was evaluated yet.</p>${configuration(config, segments, 'evaluation')}</section>`;
  const rows = [
    row('score', summary.score),
    ...Object.entries(summary.metrics).map(([metric, of]) => row(metric, of)),
    row('evaluations', summary.evaluations),
    row('seconds', summary.seconds),
  ];
  return html`<section>
${head}
<div class="charts">${charts([run])}</div>
<h3>The best of each search</h3>
${table(['', 'mean', 'deviation', '95 % interval of the mean'], rows, [1, 2, 3])}
${stoppingPart('run', [run])}
<h3>The best of all: ${scoreText(summary.best.score)}, search of seed ${summary.best.seed}, evaluation ${summary.best.id + 1}</h3>
<pre>${text!}</pre>
${front === undefined ? '' : frontTable(front)}
${configuration(config, segments, 'evaluation')}
</section>`;
}

function row(what: string, { mean, deviation, interval }: MeanOf): readonly string[] {
  const ends = interval === undefined ? [] : [mean - interval, mean + interval];
  const [average, spread, ...range] = [mean, deviation, ...ends].map((value) => decimal(value, 0.001));
  return [what, average!, spread!, range.join(' to ')];
}

function frontTable(front: NonNullable<ReportedBaseline['front']>): Html {
  const { head, rows } = frontPoints(front);
  return html`<h3>Front of score against ${front.objective}</h3>
<p class="soft">Of what was seen, the front of one search covers ${meanText(front.covered)}.</p>
${table(head, rows, [0, 1, 2, 3])}`;
}

/** Runs of one axis share a chart, and fronts of one objective. */
export function charts(runs: readonly ReportedBaseline[]): Part {
  const axes = [...new Set(runs.map(({ axis }) => axis))];
  const objectives = [...new Set(runs.flatMap(({ front }) => front?.objective ?? []))];
  const curves = axes.map((axis) =>
    lineChart(
      runs.flatMap((run, color) => (run.axis === axis ? [curveLine(run, color)] : [])),
      { title: 'best score so far', by: axis, format: decimal },
    ),
  );
  const fronts = objectives.map((objective) => {
    const shown = runs.flatMap((run, color) =>
      run.front?.objective === objective ? [{ ...run.front, name: run.name, color }] : [],
    );
    const end = Math.max(...shown.map(({ points }) => points.at(-1)!.cost));
    const lines = shown.map(({ points, name, color }): Line => ({
      name,
      color,
      points: points.flatMap(({ cost, gain }, i) => [
        [cost, gain] as const,
        [points[i + 1]?.cost ?? end, gain] as const,
      ]),
      dots: points.map(({ cost, gain }) => [cost, gain] as const),
    }));
    return lineChart(lines, { title: 'front of score', by: objective, format: decimal });
  });
  return [...curves, ...fronts];
}

function curveLine({ name, curve }: ReportedBaseline, color: number): Line {
  return {
    name,
    color,
    points: curve.map(({ at, mean }) => [at, mean] as const),
    ...(curve.length > 1 && { band: curve.map(({ at, low, high }) => [at, low, high] as const) }),
  };
}

// Searches without a gradient beside each other in a report: what they found, ranks and significance where they can be
// compared, early termination.

import { comparisonTable, meanText, significance } from '../discrete-search/results/tables.ts';
import { differences } from '../discrete-search/results/conditions.ts';
import { control, standingsOf } from '../discrete-search/results/standings.ts';
import type { Summary } from '../discrete-search/results/summary.ts';
import { charts } from './baseline-section.ts';
import type { ReportedBaseline } from './collect-baseline.ts';
import { html, type Html } from './html.ts';
import { numbersTable, scoreText, stoppingPart, textOf } from './parts.ts';

/** Tables of runs beside each other; only runs under equal conditions are ranked. */
export function baselineComparison(all: readonly ReportedBaseline[]): Html {
  const runs = withOwnNames(all);
  const begun = runs.flatMap((run) => (run.summary === undefined ? [] : [{ ...run, summary: run.summary }]));
  const unlike = begun.length < 2 ? undefined : whyUnlike(begun);
  const ranked = begun.length > 1 && unlike === undefined;
  return html`<h2>Comparison of searches without a gradient</h2>
${facts(begun, ranked)}
${ranked ? standings(begun) : ''}
${unlike === undefined ? '' : html`<p>The runs are not ranked: they ${unlike}.</p>`}
${stoppingPart('run', begun)}
<p class="soft">Lines are means over searches, bands hold 10 % to 90 % of them.</p>
<div class="charts">${charts(runs)}</div>`;
}

type Begun = ReportedBaseline & { readonly summary: Summary };

/** Runs whose folders have one name are called by their paths. */
function withOwnNames(runs: readonly ReportedBaseline[]): readonly ReportedBaseline[] {
  const distinct = new Set(runs.map(({ name }) => name)).size === runs.length;
  return distinct ? runs : runs.map((run) => ({ ...run, name: run.path }));
}

/** What the runs are; of ranked ones the table of ranks has the scores. */
function facts(runs: readonly Begun[], ranked: boolean): Html {
  const rows = runs.map(({ name, config, summary }) => [
    name,
    textOf(config['strategy']),
    textOf(config['space']),
    String(summary.outcomes.length),
    ...(ranked ? [] : [summary.evaluations.mean.toFixed(0), meanText(summary.score)]),
    scoreText(summary.best.score),
  ]);
  const scores = ranked ? [] : ['evaluations of one', 'best score (95 % interval)'];
  return numbersTable({ head: ['run', 'strategy', 'space', 'searches', ...scores, 'best of all'], rows }, 3);
}

/** Why runs cannot be ranked against each other; undefined where they can. */
function whyUnlike(runs: readonly Begun[]): string | undefined {
  const other = differences(runs.map(({ conditions }) => conditions));
  const reasons = [
    ...(other.length === 0 ? [] : [`differ in ${other.join(', ')}`]),
    ...(runs.every(({ finished }) => finished) ? [] : ['are not all finished']),
  ];
  return reasons.length === 0 ? undefined : reasons.join(' and ');
}

/** Ranks, regret and significance. */
function standings(runs: readonly Begun[]): Html {
  const { axis } = runs[0]!;
  const [optimum, ...others] = new Set(runs.map((run) => run.optimum));
  // Of several runs of the control none is the one that others are held against.
  const [random, another] = runs.filter(({ config }) => config['strategy'] === control);
  const target = another === undefined ? random?.summary.score.mean : undefined;
  const rows = standingsOf(
    runs.map(({ name, summary, curve }) => ({ strategy: name, summary, curve })),
    target,
  );
  const held = { axis, optimum: others.length === 0 ? optimum : undefined, target, rows };
  const { note, table: tests } = significance(held);
  const results = comparisonTable(held);
  const head = ['run', ...results.head.slice(1)];
  return html`<h3>Ranks under one budget</h3>
${numbersTable({ ...results, head }, 1)}
<p class="soft">${note}</p>
${tests === undefined ? '' : numbersTable(tests, 1)}`;
}

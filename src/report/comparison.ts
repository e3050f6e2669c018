// Searches by gradient and trainings beside each other in a report.

import { type ChartOptions, lineChart } from './charts.ts';
import { type ReportedRun, series } from './collect.ts';
import { html, type Html } from './html.ts';
import { type Measure, measureOf } from './measure.ts';
import { decimal, numbersTable, textOf } from './parts.ts';
import { stoppedTrainings } from './training-stops.ts';

/** Where the measured numbers come from. */
const sources: Readonly<Record<Measure['name'], string>> = {
  accuracy: 'Accuracy is that on validation images (searches) or held-out images (trainings).',
  perplexity: 'Perplexity is exp(loss) on validation text.',
};

export function comparison(runs: readonly ReportedRun[]): Html {
  const measured = runs.map((run, color) => ({ run, color, measure: measureOf(run) }));
  const names = [...new Set(measured.map(({ measure }) => measure.name))];
  const rows = measured.map(({ run, measure: { name, format, best, valid } }) => {
    const values = valid.map(([, value]) => value);
    return [
      run.name,
      run.task,
      textOf(run.config['data']),
      `${run.epochs.length} of ${textOf(run.config['epochs'])}`,
      sizeOf(run),
      textOf(run.config['seed']),
      ...names.flatMap((one) =>
        one === name && values.length > 0
          ? [format(values.at(-1)!, 0.1), format(best(values), 0.1)]
          : ['', ''],
      ),
    ];
  });
  const head = ['run', 'task', 'data', 'epochs', 'size', 'seed'];
  const measures = names.flatMap((name) => [`last ${name}`, `best ${name}`]);
  const overlay = (
    title: string,
    format: ChartOptions['format'],
    pointsOf: (one: (typeof measured)[number]) => Measure['valid'],
  ): Html =>
    lineChart(
      measured
        .map((one) => ({ name: one.run.name, points: pointsOf(one), color: one.color }))
        .filter(({ points }) => points.length > 0),
      { title, format },
    );
  const charts = names.map((name) => {
    const { format } = measured.find(({ measure }) => measure.name === name)!.measure;
    return overlay(name, format, ({ measure }) => (measure.name === name ? measure.valid : []));
  });
  const same = new Set(runs.map((run) => JSON.stringify(run.genotype))).size === 1;
  const told = [
    ...names.map((name) => sources[name]),
    same ? 'All runs have one genotype.' : 'Their genotypes differ.',
  ];
  return html`<h2>Comparison</h2>
${numbersTable({ head: [...head, ...measures], rows }, 5)}
<p class="soft">${told.join(' ')}</p>
${stoppedTrainings(runs)}
<div class="charts">${charts}${overlay('loss', decimal, ({ run }) => series(run, 'validLoss'))}</div>`;
}

/** Of a network of images its channels and cells, of a recurrent one its units. */
function sizeOf({ config: { units, channels, cells } }: ReportedRun): string {
  return units === undefined
    ? `${count(channels, 'channel')}, ${count(cells, 'cell')}`
    : count(units, 'unit');
}

function count(value: unknown, name: string): string {
  return `${textOf(value)} ${name}${value === 1 ? '' : 's'}`;
}

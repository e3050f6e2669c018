// The metrics of runs as CSV (RFC 4180): a row an epoch, a column a metric.

import type { ReportedRun } from './collect.ts';
import { scalarsOf } from './scalars.ts';

export function metricsCsv(runs: readonly ReportedRun[]): string {
  const rows = runs.flatMap((run) => scalarsOf(run).map((scalars) => ({ name: run.name, ...scalars })));
  const columns = [...new Set(rows.flatMap(({ values }) => [...values.keys()]))].sort();
  const lines = rows.map(({ name, epoch, step, values }) =>
    [name, epoch, step, ...columns.map((column) => values.get(column) ?? '')].map(field).join(','),
  );
  return [['run', 'epoch', 'step', ...columns].map(field).join(','), ...lines]
    .map((line) => `${line}\r\n`)
    .join('');
}

function field(value: string | number): string {
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

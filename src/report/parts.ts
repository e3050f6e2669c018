// What all sections of a report are made of: tables, numbers, the configuration and the machines of a run.

import { stringify } from 'yaml';
import type { JsonObject } from '../runs/json.ts';
import type { Segment } from '../runs/machine.ts';
import type { StoppingSummary } from '../predictors/curves/stopping.ts';
import { type Cells, stoppingTable } from '../discrete-search/results/tables.ts';
import { html, type Html, type Part } from './html.ts';

export const percent = (value: number): string => `${(100 * value).toFixed(1)}%`;
/** With as many digits as steps of an axis need. */
export const decimal = (value: number, step = 0.01): string =>
  value.toFixed(Math.max(0, Math.ceil(-Math.log10(step) - 1e-9)));

/** A single score, without the digits that no score means. */
export const scoreText = (score: number): string => String(Number(score.toPrecision(7)));

export function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  numbers: readonly number[],
): Html {
  const place = (column: number): Part => (numbers.includes(column) ? html` class="number"` : '');
  const cell = (text: string, column: number): Html => html`<td${place(column)}>${text}</td>`;
  const body = rows.map((row) => html`<tr>${row.map(cell)}</tr>`);
  const heads = head.map((name, column) => html`<th scope="col"${place(column)}>${name}</th>`);
  return html`<div class="scroll"><table class="facts"><tr>${heads}</tr>${body}</table></div>`;
}

/** As `table`, with numbers from the column `from` on. */
export function numbersTable({ head, rows }: Cells, from: number): Html {
  return table(head, rows, [...head.keys()].slice(from));
}

/** What early termination came to; nothing where no training could be ended early. */
export function stoppingPart(
  what: string,
  found: readonly { readonly name: string; readonly stopping: StoppingSummary | undefined }[],
): Part {
  const rows = found.flatMap(({ name, stopping }) => (stopping ? [{ name, ...stopping }] : []));
  if (rows.length === 0) return '';
  return html`<h3>Early termination</h3>
${numbersTable(stoppingTable(what, rows), 1)}`;
}

/** What a run was made with, and where. */
export function configuration(
  config: JsonObject,
  segments: readonly Segment[],
  unit: 'epoch' | 'evaluation',
): Html {
  const { spaceDefinition, ...shown } = config;
  return html`<h3>Configuration</h3>
<pre>${stringify(shown, { flowCollectionPadding: true }).trimEnd()}${spaceDefinition === undefined ? '' : '\nspaceDefinition: in config.json'}</pre>
<h3>Machines</h3>
${machines(segments, unit)}`;
}

function machines(segments: readonly Segment[], unit: 'epoch' | 'evaluation'): Html {
  const rows = segments.map(({ at, executor, adapter, threads, mixop, node, os, cpu, cores }) => [
    String((unit === 'epoch' ? at.epoch : at.step) + 1),
    [executor, adapter, `${threads} threads`].filter(Boolean).join(', '),
    `${cpu}, ${cores} cores`,
    `${os}, node ${node}, mixop ${mixop}`,
  ]);
  return table([`from ${unit}`, 'executor', 'processor', 'software'], rows, [0]);
}

export function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '?';
}

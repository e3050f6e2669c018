// What all sections of a report are made of: tables, numbers, the configuration and the machines of a run.

import { stringify } from 'yaml';
import type { JsonObject } from '../runs/json.ts';
import type { Segment } from '../runs/machine.ts';
import type { StoppingSummary } from '../predictors/curves/stopping.ts';
import { type Cells, stoppingTable } from '../discrete-search/results/tables.ts';
import { escapeText } from '../base/escape-text.ts';

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
): string {
  const cell = (text: string, column: number): string =>
    `<td${numbers.includes(column) ? ' class="number"' : ''}>${escapeText(text)}</td>`;
  const body = rows.map((row) => `<tr>${row.map(cell).join('')}</tr>`);
  const heads = head.map((name, column) => {
    const place = numbers.includes(column) ? ' class="number"' : '';
    return `<th scope="col"${place}>${escapeText(name)}</th>`;
  });
  return `<div class="scroll"><table class="facts"><tr>${heads.join('')}</tr>${body.join('')}</table></div>`;
}

/** As `table`, with numbers from the column `from` on. */
export function numbersTable({ head, rows }: Cells, from: number): string {
  return table(head, rows, [...head.keys()].slice(from));
}

/** What early termination came to; nothing where no training could be ended early. */
export function stoppingPart(
  what: string,
  found: readonly { readonly name: string; readonly stopping: StoppingSummary | undefined }[],
): string {
  const rows = found.flatMap(({ name, stopping }) => (stopping ? [{ name, ...stopping }] : []));
  if (rows.length === 0) return '';
  return `<h3>Early termination</h3>
${numbersTable(stoppingTable(what, rows), 1)}`;
}

/** What a run was made with, and where. */
export function configuration(
  config: JsonObject,
  segments: readonly Segment[],
  unit: 'epoch' | 'evaluation',
): string {
  const { spaceDefinition, ...shown } = config;
  return `<h3>Configuration</h3>
<pre>${escapeText(stringify(shown, { flowCollectionPadding: true }).trimEnd())}${spaceDefinition === undefined ? '' : '\nspaceDefinition: in config.json'}</pre>
<h3>Machines</h3>
${machines(segments, unit)}`;
}

function machines(segments: readonly Segment[], unit: 'epoch' | 'evaluation'): string {
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

// What all sections of a report are made of: tables, numbers, the configuration and the machines of a run.

import { stringify } from 'yaml';
import type { JsonObject } from '../runs/json.ts';
import type { Segment } from '../runs/machine.ts';
import { escapeText } from '../base/escape-text.ts';

export const percent = (value: number): string => `${(100 * value).toFixed(1)}%`;
/** With as many digits as steps of an axis need. */
export const decimal = (value: number, step = 0.01): string =>
  value.toFixed(Math.max(0, Math.ceil(-Math.log10(step) - 1e-9)));

export function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  numbers: readonly number[],
): string {
  const cell = (text: string, column: number): string =>
    `<td${numbers.includes(column) ? ' class="number"' : ''}>${escapeText(text)}</td>`;
  const body = rows.map((row) => `<tr>${row.map(cell).join('')}</tr>`);
  const heads = head.map((name) => `<th scope="col">${escapeText(name)}</th>`);
  return `<div class="scroll"><table class="facts"><tr>${heads.join('')}</tr>${body.join('')}</table></div>`;
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

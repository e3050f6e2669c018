// A comparison as a page of Markdown: results, significance, the best of each.

import type { Comparison } from './comparison.ts';
import { curvesFile, frontFile } from './file-names.ts';
import {
  type Cells,
  comparisonTable,
  frontPoints,
  frontTable,
  significance,
  stoppingTable,
} from './tables.ts';

export function reportText(comparison: Comparison, seeds: number): string {
  const found = comparison.rows.map(
    ({ strategy, summary, text }) => `- ${strategy}: ${summary.best.score}, \`${text}\``,
  );
  const { note, table } = significance(comparison);
  return [
    '# Comparison of strategies',
    '',
    `${seeds} searches each, under one budget. Score: ${comparison.scoreName}, the best of a search. Curves: the mean over searches`,
    'and the band of 10 % to 90 % of them.',
    '',
    `![curves](${curvesFile})`,
    '',
    markdown(comparisonTable(comparison)),
    '',
    note,
    ...(table === undefined ? [] : ['', markdown(table)]),
    '',
    'The best of each strategy:',
    '',
    ...found,
    ...stoppingLines(comparison),
    ...frontLines(comparison),
    '',
  ].join('\n');
}

function stoppingLines({ rows }: Comparison): readonly string[] {
  const found = rows.flatMap(({ strategy, stopping }) => (stopping ? [{ name: strategy, ...stopping }] : []));
  return found.length === 0 ? [] : ['', markdown(stoppingTable('strategy', found))];
}

function frontLines(comparison: Comparison): readonly string[] {
  const found = frontTable(comparison);
  if (found === undefined) return [];
  const fronts = comparison.rows.flatMap(({ strategy, front }) =>
    front ? ['', `Front of ${strategy}:`, '', markdown(frontPoints(front))] : [],
  );
  return ['', found.note, '', `![fronts](${frontFile})`, '', markdown(found), ...fronts];
}

function markdown({ head, rows }: Cells): string {
  return [head, head.map(() => '---'), ...rows].map(markdownRow).join('\n');
}

/** Bars within a cell are escaped: NAS-Bench-201 writes architectures with them. */
function markdownRow(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

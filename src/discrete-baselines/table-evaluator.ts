// Looks architectures up in a benchmark's table. One column guides the search, others are only reported; what an
// evaluation would have cost is known before it is made.

import { MixopError } from '../base/errors.ts';
import { type ArchitectureTable, columnNamed } from '../data/tables/architecture-table.ts';
import type { Architecture, SearchSpace } from './architecture.ts';
import type { Evaluator } from './evaluator.ts';

export interface TableOptions {
  /** The column that the search maximises. */
  readonly guide: string;
  /** Columns that go with every result and that no strategy sees. */
  readonly reported: readonly string[];
}

export interface TableEvaluator extends Evaluator {
  readonly options: TableOptions;
  /** The best value of the guide. */
  readonly optimum: number;
}

/** What a space's table is used for unless something else is asked for. */
export const tableDefaults: Readonly<Record<string, TableOptions>> = {
  nasbench201: {
    guide: 'c10_valid_e12',
    reported: ['c10_valid_e200', 'c10_test_e200_naswot', 'params_M', 'flops_M'],
  },
  'nasbench-macro': { guide: 'mean', reported: ['params', 'flops'] },
};

export function tableEvaluator(
  table: ArchitectureTable,
  space: SearchSpace,
  { guide, reported }: TableOptions,
): TableEvaluator {
  if (space.name !== table.space) {
    const remedy = `search --space ${table.space}, or give a table of ${space.name}`;
    throw new MixopError('config', table.place, `is a table of ${table.space}, not of ${space.name}`, remedy);
  }
  const scores = wholeColumn(table, guide);
  const others = reported.map((name) => [name, wholeColumn(table, name)] as const);
  const { seconds, epochs } = costOf(table, guide);
  const rowOf = (architecture: Architecture): number => table.rows.get(architecture.join(''))!;
  return {
    name: 'table',
    options: { guide, reported },
    optimum: scores.reduce((best, score) => Math.max(best, score)),
    cost: (architecture) => seconds(rowOf(architecture)),
    evaluate({ architecture, fidelity }) {
      if (Object.keys(fidelity).length > 0) {
        const remedy = 'set the strategy to full evaluations';
        const problem = `has no results of less than the full budget (${Object.keys(fidelity).join(', ')})`;
        throw new MixopError('config', table.place, problem, remedy);
      }
      const row = rowOf(architecture);
      const metrics = Object.fromEntries(others.map(([name, column]) => [name, column[row]!]));
      return Promise.resolve({ score: scores[row]!, seconds: seconds(row), epochs, metrics });
    },
  };
}

/** A column without gaps. */
function wholeColumn(table: ArchitectureTable, name: string): Float64Array {
  const column = columnNamed(table, name);
  const row = column.findIndex((value) => Number.isNaN(value));
  if (row < 0) return column;
  const problem = `${table.place} has no value of it for ${[...table.rows.keys()][row]}`;
  throw new MixopError('data', `column ${name}`, problem, 'take a column that is complete');
}

/**
 * NAS-Bench-201 measures the seconds of 200 epochs; a column of 12 epochs (`c10_valid_e12`) costs 12/200 of them.
 * A table without times costs nothing.
 */
function costOf(
  table: ArchitectureTable,
  guide: string,
): { readonly seconds: (row: number) => number; readonly epochs: number } {
  const [, data, length] = /^(\w+?)_\w+_e(\d+)/.exec(guide) ?? [];
  const column = data === undefined ? undefined : table.columns[`${data}_trainsec_e200`];
  const epochs = length === undefined ? 0 : Number(length);
  if (column === undefined) return { seconds: () => 0, epochs };
  return { seconds: (row) => (column[row]! * epochs) / 200, epochs };
}

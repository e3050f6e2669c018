// Looks architectures up in a benchmark's table. One column guides the search, others are only reported; what an
// evaluation would have cost is known before it is made.

import { MixopError } from '../base/errors.ts';
import { type ArchitectureTable, columnNamed } from '../data/tables/architecture-table.ts';
import type { Architecture, DecisionSpace } from './architecture.ts';
import type { Evaluator, Fidelity } from './evaluator.ts';

interface TableOptions {
  /** The column that the search maximises. */
  readonly guide: string;
  /** Columns that go with every result and that no strategy sees. */
  readonly reported: readonly string[];
  /** One more of those, which need not have a value for every architecture. */
  readonly objective?: string;
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
  space: DecisionSpace,
  options: TableOptions,
): TableEvaluator {
  const { guide, reported, objective } = options;
  if (space.name !== table.space) {
    const remedy = `search --space ${table.space}, or give a table of ${space.name}`;
    throw new MixopError('config', table.place, `is a table of ${table.space}, not of ${space.name}`, remedy);
  }
  const full = lookUpOf(table, guide);
  const others = reported.map((name) => [name, wholeColumn(table, name)] as const);
  if (objective !== undefined && !reported.includes(objective))
    others.push([objective, columnNamed(table, objective)]);
  const byEpochs = new Map<number, LookUp>();
  const lookUp = (fidelity: Fidelity): LookUp => {
    const { epochs, dataShare = 1, ...rest } = fidelity;
    if (epochs === undefined && dataShare === 1 && Object.keys(rest).length === 0) return full;
    const known = byEpochs.get(epochs ?? 0) ?? lookUpOf(table, guideAfter(table, guide, fidelity));
    byEpochs.set(epochs ?? 0, known);
    return known;
  };
  const rowOf = (architecture: Architecture): number => table.rows.get(architecture.join(''))!;
  return {
    name: 'table',
    options,
    optimum: full.scores.reduce((best, score) => Math.max(best, score)),
    cost: (architecture, fidelity) => lookUp(fidelity).seconds(rowOf(architecture)),
    evaluate({ architecture, fidelity }) {
      const { scores, seconds, epochs } = lookUp(fidelity);
      const row = rowOf(architecture);
      const values = others.map(([name, column]) => [name, column[row]!] as const);
      const metrics = Object.fromEntries(values.filter(([, value]) => !Number.isNaN(value)));
      return Promise.resolve({ score: scores[row]!, seconds: seconds(row), epochs, metrics });
    },
  };
}

/** A column that guides, with what its results cost. */
interface LookUp {
  readonly scores: Float64Array;
  readonly seconds: (row: number) => number;
  readonly epochs: number;
}

function lookUpOf(table: ArchitectureTable, guide: string): LookUp {
  return { scores: wholeColumn(table, guide), ...costOf(table, guide) };
}

/** The column named as the guide but for fewer epochs; a table knows no other fidelity. */
function guideAfter(table: ArchitectureTable, guide: string, fidelity: Fidelity): string {
  const { epochs, dataShare = 1, ...rest } = fidelity;
  const known = epochs !== undefined && dataShare === 1 && Object.keys(rest).length === 0;
  const [, family, most] = /^(.*_e)(\d+)$/.exec(guide) ?? [];
  const lengths = Object.keys(table.columns)
    .filter((name) => family !== undefined && name.startsWith(family))
    .map((name) => Number(name.slice(family!.length)))
    .filter((length) => length <= Number(most));
  if (known && lengths.includes(epochs)) return `${family}${epochs}`;
  const asked = Object.entries(fidelity).map(([name, amount]) => `${name} ${amount}`);
  const remedy =
    lengths.length > 1
      ? `set the strategy's resource to epochs, of ${lengths.join(' or ')}`
      : 'set the strategy to full evaluations, or guide by a column of more epochs';
  throw new MixopError(
    'config',
    table.place,
    `has no results for ${asked.join(', ')} beside ${guide}`,
    remedy,
  );
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

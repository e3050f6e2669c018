// Further columns of a table's architectures, from a file of their own: such as latencies on devices.

import { MixopError } from '../../base/errors.ts';
import { readBytes } from '../files.ts';
import { type ArchitectureTable, parseNumber } from './architecture-table.ts';

/** Devices whose measurements have faults (NAS-Bench-201's latencies): milliseconds below which a value is one. */
const faultsBelow: Readonly<Record<string, number>> = { pixel3: 0.5, raspi4: 0.5 };

/** Adds the columns of a CSV (plain or .gz) whose column `index` counts the table's architectures in their official order. */
export async function withMoreColumns(table: ArchitectureTable, path: string): Promise<ArchitectureTable> {
  return addColumns(table, new TextDecoder().decode(await readBytes(path)), path);
}

/** Throws a `MixopError` that names line and column unless every architecture has its line, once. */
export function addColumns(table: ArchitectureTable, text: string, place: string): ArchitectureTable {
  if (table.index === undefined)
    throw new MixopError('config', table.place, 'numbers no architectures', 'leave the further columns out');
  const [head = '', ...lines] = text.trimEnd().split(/\r?\n/);
  const names = head.split(',');
  const at = names.indexOf('index');
  if (at < 0)
    throw new MixopError('data', `${place}, line 1`, 'has no column index', 'give a CSV that has one');
  const twice = names.find((name, column) => names.indexOf(name) !== column);
  if (twice !== undefined)
    throw new MixopError('data', `${place}, line 1`, `column ${twice} is doubled`, 'rename one');
  const rowOf = new Map(Array.from(table.index, (index, row) => [index, row]));
  const columns = names.map(() => new Float64Array(rowOf.size).fill(Number.NaN));
  const lineOf = new Map<number, number>();
  for (const [i, line] of lines.entries()) {
    const fail = (column: string, problem: string): MixopError =>
      new MixopError('data', `${place}, line ${i + 2}${column}`, problem, 'get the file again');
    const fields = line.split(',');
    if (fields.length !== names.length) throw fail('', `${fields.length} values under ${names.length} names`);
    const row = fields[at]!.trim() === '' ? undefined : rowOf.get(Number(fields[at]));
    if (row === undefined) throw fail(', index', `"${fields[at]}" is no architecture of ${table.place}`);
    const first = lineOf.get(row);
    if (first !== undefined) throw fail('', `${fields[at]} is doubled: it also stands in line ${first + 2}`);
    lineOf.set(row, i);
    for (const [column, field] of fields.entries()) {
      const value = parseNumber(field, (problem) => fail(`, ${names[column]}`, problem));
      columns[column]![row] = value < (faultsBelow[names[column]!] ?? -Infinity) ? Number.NaN : value;
    }
  }
  const missing = rowOf.size - lineOf.size;
  if (missing > 0) {
    const problem = `${missing} of the ${rowOf.size} architectures of ${table.place} are missing`;
    throw new MixopError('data', place, problem, 'get the whole file');
  }
  const known = names.find((name) => Object.hasOwn(table.columns, name));
  if (known !== undefined)
    throw new MixopError('data', `${place}, ${known}`, `${table.place} has it too`, 'rename one');
  const added = names.flatMap((name, column) => (column === at ? [] : [[name, columns[column]!] as const]));
  return { ...table, columns: { ...table.columns, ...Object.fromEntries(added) } };
}

// Tables of benchmarks: what every architecture of a space reached when it was trained, as columns of numbers.

import { MixopError } from '../../base/errors.ts';
import { nearNames } from '../../base/near-names.ts';

export interface ArchitectureTable {
  /** The file, for errors. */
  readonly place: string;
  /** The search space whose architectures it holds, all of them. */
  readonly space: string;
  /** Row by the architecture's decisions, one digit each. */
  readonly rows: ReadonlyMap<string, number>;
  /** The file's own numbers of its rows, where it has them. */
  readonly index?: Float64Array;
  /** By name; NaN where the file has no value. */
  readonly columns: Readonly<Record<string, Float64Array>>;
}

/** A published file: the names of its columns, and what its architectures look like. */
interface TableFormat {
  readonly space: string;
  /** The column that holds the architecture. */
  readonly architecture: string;
  /** Columns that the file must have. */
  readonly required: readonly string[];
  /** Columns of numbers that say nothing about an architecture. */
  readonly ignored: readonly string[];
  readonly decisions: number;
  readonly options: number;
}

const formats: readonly TableFormat[] = [
  // Edges 0-1, 0-2, 1-2, 0-3, 1-3, 2-3 and the operations in the order of the space `nasbench201`.
  {
    space: 'nasbench201',
    architecture: 'ops',
    required: ['index', 'c10_valid_e12'],
    ignored: ['index', 'trials'],
    decisions: 6,
    options: 5,
  },
  {
    space: 'nasbench-macro',
    architecture: 'arch',
    required: ['mean'],
    ignored: [],
    decisions: 8,
    options: 3,
  },
];

/** Reads comma-separated text. Throws a `MixopError` that names line and column unless every architecture stands in it once. */
export function parseTable(text: string, place: string): ArchitectureTable {
  const [head = '', ...lines] = text.trimEnd().split(/\r?\n/);
  const names = head.split(',');
  const format = formats.find(
    ({ architecture, required }) =>
      names.includes(architecture) && required.every((name) => names.includes(name)),
  );
  if (format === undefined) {
    const known = formats.map((one) => `${one.space}: ${[one.architecture, ...one.required].join(', ')}`);
    const problem = `its first line (${head.slice(0, 60)}) is not the head of a known table`;
    throw new MixopError(
      'data',
      `${place}, line 1`,
      problem,
      `give a CSV with these columns (${known.join('; ')})`,
    );
  }
  const at = names.indexOf(format.architecture);
  const shape = new RegExp(`^[0-${format.options - 1}]{${format.decisions}}$`);
  const rows = new Map<string, number>();
  const columns = names.map(() => new Float64Array(lines.length));
  for (const [row, line] of lines.entries()) {
    const fail = (column: string, problem: string): MixopError =>
      new MixopError('data', `${place}, line ${row + 2}${column}`, problem, 'get the file again');
    const fields = line.split(',');
    if (fields.length !== names.length) throw fail('', `${fields.length} values under ${names.length} names`);
    const name = fields[at]!;
    if (!shape.test(name))
      throw fail(`, ${format.architecture}`, `"${name}" is no architecture of ${format.space}`);
    const first = rows.get(name);
    if (first !== undefined) throw fail('', `${name} is doubled: it also stands in line ${first + 2}`);
    rows.set(name, row);
    for (const [column, field] of fields.entries()) {
      columns[column]![row] = parseNumber(field, (problem) => fail(`, ${names[column]}`, problem));
    }
  }
  checkComplete(format, rows, place);
  const kept = names.flatMap((name, column) =>
    column === at || format.ignored.includes(name) ? [] : [[name, columns[column]!] as const],
  );
  const index = columns[names.indexOf('index')];
  return { place, space: format.space, rows, ...(index && { index }), columns: Object.fromEntries(kept) };
}

/** NaN for an empty field. */
export function parseNumber(field: string, fail: (problem: string) => MixopError): number {
  const value = field.trim() === '' ? Number.NaN : Number(field);
  if (field.trim() !== '' && !Number.isFinite(value)) throw fail(`"${field}" is no number`);
  return value;
}

function checkComplete(
  { space, decisions, options }: TableFormat,
  rows: ReadonlyMap<string, number>,
  place: string,
): void {
  const all = options ** decisions;
  if (rows.size === all) return;
  const missing = Array.from({ length: all }, (_, i) => i.toString(options).padStart(decisions, '0')).find(
    (name) => !rows.has(name),
  );
  const problem = `${all - rows.size} of the ${all} architectures of ${space} are missing, ${missing} the first`;
  throw new MixopError('data', place, problem, 'get the whole file');
}

/** A column by name; throws a `MixopError` with the near names for an unknown one. */
export function columnNamed({ place, columns }: ArchitectureTable, name: string): Float64Array {
  const column = Object.hasOwn(columns, name) ? columns[name] : undefined;
  if (column !== undefined) return column;
  const known = Object.keys(columns);
  const near = nearNames(name, known);
  const remedy = near.length > 0 ? `did you mean ${near.join(' or ')}?` : `it has ${known.join(', ')}`;
  throw new MixopError('config', `column ${name}`, `${place} has none of this name`, remedy);
}

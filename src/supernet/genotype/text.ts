// Genotypes as text: the published `Genotype(...)`, NAS-Bench-201 strings and JSON, read and written.

import { MixopError } from '../../base/errors.ts';
import {
  architectureForm,
  architectureKind,
  architectureText,
  readArchitecture,
} from './architecture-string.ts';
import { CellReader } from './cell-reader.ts';
import { checkGenotype } from './check.ts';
import { LiteralReader } from './literal-reader.ts';
import type { Genotype } from './genotype.ts';
import { concatField, type Space } from '../space.ts';

/**
 * Reads a genotype of `space` in any of its forms and checks that the space can build it.
 *
 * - `Genotype(normal=[('sep_conv_3x3', 0), ...], normal_concat=[2, 3, 4, 5], reduce=..., reduce_concat=range(2, 6))`,
 *   or the same fields as a JSON object;
 * - `|nor_conv_3x3~0|+|none~0|skip_connect~1|+...` where a space keeps every edge of its one cell kind;
 * - JSON as `genotypeJson` writes it.
 *
 * `NAME = ` may precede each. Throws a `MixopError` at `source:line:column`.
 */
export function parseGenotype(text: string, space: Space, source = 'genotype'): Genotype {
  const reader = new LiteralReader(text, source, formOf(space));
  const root = reader.read();
  const positions = new Map<string, number>();
  const genotype =
    root.kind === 'string'
      ? readArchitecture(root, space, reader, positions)
      : new CellReader(reader, space, positions).genotype(root);
  checkGenotype(genotype, space, (path) => reader.placeOf(positions.get(path) ?? root.at));
  return genotype;
}

/** The published text form: a NAS-Bench-201 string where the space has one, otherwise `Genotype(...)`. */
export function genotypeText(genotype: Genotype, space: Space): string {
  checkGenotype(genotype, space);
  checkNames(space);
  const kind = architectureKind(space);
  if (kind !== undefined) return architectureText(genotype[kind]!);
  const fields = Object.entries(space.cells).map(([kind, cell]) => {
    const { nodes, concat } = genotype[kind]!;
    const pairs = nodes.flat().map(({ operation, from }) => `('${operation}', ${from})`);
    return `${kind}=[${pairs.join(', ')}], ${concatField(kind, cell)}=[${concat.join(', ')}]`;
  });
  return `Genotype(${fields.join(', ')})`;
}

/** `{"normal": {"nodes": [[{"operation": "sep_conv_3x3", "from": 0}, ...], ...], "concat": [2, 3, 4, 5]}, ...}`. */
export function genotypeJson(genotype: Genotype, space: Space): string {
  checkGenotype(genotype, space);
  checkNames(space);
  const cells = Object.keys(space.cells).map((kind) => {
    const cell = genotype[kind]!;
    const nodes = cell.nodes.map((edges) => edges.map(({ operation, from }) => ({ operation, from })));
    return [kind, { nodes, concat: cell.concat }];
  });
  return JSON.stringify(Object.fromEntries(cells));
}

/** How a genotype of this space is written, for remedies. */
function formOf(space: Space): string {
  if (architectureKind(space) !== undefined) return architectureForm;
  const fields = Object.entries(space.cells).map(
    ([kind, cell]) => `${kind}=[('operation', source), ...], ${concatField(kind, cell)}=[...]`,
  );
  return `write it as Genotype(${fields.join(', ')})`;
}

/** Names are written unquoted or unescaped, so they must not hold quotes, separators or white space. */
function checkNames(space: Space): void {
  const names = [...Object.keys(space.cells), ...space.operations.map(({ name }) => name)];
  const bad = names.find((name) => !/^[A-Za-z_]\w*$/.test(name));
  if (bad === undefined) return;
  const remedy = 'name cell kinds and operations with letters, digits and underscores';
  throw new MixopError('config', `space ${space.name}`, `'${bad}' cannot be written in a genotype`, remedy);
}

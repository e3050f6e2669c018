// The strings of NAS-Bench-201: `|op~0|+|op~0|op~1|+|op~0|op~1|op~2|`, nodes joined by `+`, every edge with its
// source. They hold one cell whose last node leaves it.

import type { LiteralReader, StringLiteral } from './literal-reader.ts';
import type { CellGenotype, Genotype, GenotypeEdge } from './genotype.ts';
import type { Space } from '../space.ts';

export const architectureForm = 'write it as |operation~0|+|operation~0|operation~1|+...';

/** The cell kind that such a string holds; undefined where the genotypes of `space` are written otherwise. */
export function architectureKind(space: Space): string | undefined {
  const [kind, ...others] = Object.keys(space.cells);
  if (kind === undefined || others.length > 0 || space.derive.kind !== 'everyEdge') return undefined;
  return space.cells[kind]!.output === 'last' ? kind : undefined;
}

export function architectureText(cell: CellGenotype): string {
  const nodes = cell.nodes.map((edges) =>
    edges.map(({ operation, from }) => `${operation}~${from}|`).join(''),
  );
  return nodes.map((edges) => `|${edges}`).join('+');
}

/** Reads the string's syntax; adds the offset of every part to `positions` under the path of `checkGenotype`. */
export function readArchitecture(
  { at: offset, value }: StringLiteral,
  space: Space,
  reader: LiteralReader,
  positions: Map<string, number>,
): Genotype {
  const kind = architectureKind(space);
  if (kind === undefined) {
    return reader.fail(
      offset,
      `a single string is not a genotype of ${space.name}`,
      'write Genotype(...) or JSON',
    );
  }
  let at = 0;
  const take = (pattern: RegExp, what: string): string => {
    pattern.lastIndex = at;
    const found = pattern.exec(value)?.[0];
    if (found === undefined) return reader.fail(offset + at, `${what} was expected`, reader.form);
    at += found.length;
    return found;
  };
  const readEdge = (path: string): GenotypeEdge => {
    positions.set(`${path}.operation`, offset + at);
    const operation = take(/[^|~+\s]+/y, 'the name of an operation');
    take(/~/y, "'~' between operation and source");
    positions.set(`${path}.from`, offset + at);
    const from = Number(take(/\d{1,9}/y, 'the number of a source state'));
    take(/\|/y, "'|' after the edge");
    return { operation, from };
  };
  const nodes: GenotypeEdge[][] = [];
  positions.set(kind, offset).set(`${kind}.nodes`, offset);
  while (nodes.length === 0 || at < value.length) {
    if (nodes.length > 0) take(/\+/y, "'+' before the next node");
    const path = `${kind}.nodes[${nodes.length}]`;
    positions.set(path, offset + at);
    take(/\|/y, "'|' before the edges of a node");
    const edges: GenotypeEdge[] = [];
    while (edges.length === 0 || (at < value.length && value[at] !== '+')) {
      edges.push(readEdge(`${path}[${edges.length}]`));
    }
    nodes.push(edges);
  }
  const shape = space.cells[kind]!;
  return { [kind]: { nodes, concat: [shape.inputs + shape.nodes - 1] } };
}

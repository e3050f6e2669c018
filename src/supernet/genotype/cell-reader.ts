// Converts the literals of a genotype to cells: the published fields (`normal=[pairs], normal_concat=[states]`) and the
// nested JSON form. check.ts checks whether the space can build them.

import { keptEdges } from '../derive.ts';
import type { Literal, LiteralReader } from './literal-reader.ts';
import type { CellGenotype, Genotype, GenotypeEdge } from './genotype.ts';
import { concatField, type CellKind, type Space } from '../space.ts';

type Fields = ReadonlyMap<string, Literal>;

export class CellReader {
  readonly #reader: LiteralReader;
  readonly #space: Space;
  readonly #positions: Map<string, number>;

  /** Adds the offset of every path of `checkGenotype` to `positions`. */
  constructor(reader: LiteralReader, space: Space, positions: Map<string, number>) {
    this.#reader = reader;
    this.#space = space;
    this.#positions = positions;
  }

  genotype(root: Literal): Genotype {
    const fields = this.#record(root);
    const genotype: Record<string, CellGenotype> = {};
    const known: string[] = [];
    for (const [kind, shape] of Object.entries(this.#space.cells)) {
      const body = this.#field(fields, kind, root.at);
      this.#positions.set(kind, body.at);
      known.push(kind);
      if (body.kind === 'record') {
        genotype[kind] = this.#nestedCell(kind, body);
        continue;
      }
      const concat = concatField(kind, shape);
      known.push(concat);
      genotype[kind] = {
        nodes: this.#publishedNodes(kind, shape, body),
        concat: this.#states(this.#field(fields, concat, root.at), `${kind}.concat`),
      };
    }
    this.#refuseOthers(fields, known);
    return genotype;
  }

  /** The published list has no node boundaries: the space says how many pairs each node keeps. */
  #publishedNodes(kind: string, shape: CellKind, body: Literal): CellGenotype['nodes'] {
    const pairs = this.#list(body, 'a list of (operation, source) pairs');
    const kept = Array.from({ length: shape.nodes }, (_, node) =>
      keptEdges(this.#space.derive, shape.inputs + node),
    );
    const ends = kept.map((_, node) => kept.slice(0, node + 1).reduce((sum, count) => sum + count, 0));
    const last = ends.indexOf(pairs.length);
    const { nodes, minNodes = nodes } = shape;
    if (last + 1 < minNodes) {
      const fewer = minNodes < nodes ? '; the last nodes may be left out' : '';
      const remedy = `${this.#space.name} has nodes of ${kept.join(', ')} pairs, ${ends.at(-1)} in all${fewer}`;
      return this.#reader.fail(body.at, `${kind} has ${pairs.length} pairs`, remedy);
    }
    return kept
      .slice(0, last + 1)
      .map((count, node) =>
        pairs
          .slice(ends[node]! - count, ends[node])
          .map((pair, index) => this.#pair(pair, `${kind}.nodes[${node}][${index}]`)),
      );
  }

  #pair(pair: Literal, path: string): GenotypeEdge {
    const [operation, from, ...others] = this.#list(pair, "a pair ('operation', source)");
    if (operation === undefined || from === undefined || others.length > 0) {
      return this.#reader.fail(pair.at, 'this is not a pair', "write ('operation', source)");
    }
    return this.#edge(operation, from, path);
  }

  /** `{"nodes": [[{"operation": "...", "from": 0}, ...], ...], "concat": [...]}`. */
  #nestedCell(kind: string, body: Literal): CellGenotype {
    const fields = this.#record(body);
    this.#refuseOthers(fields, ['nodes', 'concat']);
    const nodeList = this.#field(fields, 'nodes', body.at);
    this.#positions.set(`${kind}.nodes`, nodeList.at);
    const nodes = this.#list(nodeList, 'a list of nodes').map((node, i) => {
      const path = `${kind}.nodes[${i}]`;
      this.#positions.set(path, node.at);
      return this.#list(node, 'a list of edges').map((edge, j) => {
        const parts = this.#record(edge);
        this.#refuseOthers(parts, ['operation', 'from']);
        const operation = this.#field(parts, 'operation', edge.at);
        return this.#edge(operation, this.#field(parts, 'from', edge.at), `${path}[${j}]`);
      });
    });
    return { nodes, concat: this.#states(this.#field(fields, 'concat', body.at), `${kind}.concat`) };
  }

  #edge(operation: Literal, from: Literal, path: string): GenotypeEdge {
    this.#positions.set(`${path}.operation`, operation.at).set(`${path}.from`, from.at);
    if (operation.kind === 'string') return { operation: operation.value, from: this.#integer(from) };
    return this.#reader.fail(operation.at, 'the name of an operation was expected', 'write it in quotes');
  }

  #states(literal: Literal, path: string): readonly number[] {
    this.#positions.set(path, literal.at);
    return this.#list(literal, 'a list of states').map((state, index) => {
      this.#positions.set(`${path}[${index}]`, state.at);
      return this.#integer(state);
    });
  }

  #integer(literal: Literal): number {
    if (literal.kind === 'integer') return literal.value;
    return this.#reader.fail(literal.at, 'the number of a state was expected', 'write a whole number from 0');
  }

  #list(literal: Literal, what: string): readonly Literal[] {
    if (literal.kind === 'list') return literal.items;
    return this.#reader.fail(literal.at, `${what} was expected`, this.#reader.form);
  }

  #record(literal: Literal): Fields {
    if (literal.kind === 'record') return literal.fields;
    return this.#reader.fail(literal.at, 'named fields were expected', this.#reader.form);
  }

  #field(fields: Fields, name: string, at: number): Literal {
    return fields.get(name) ?? this.#reader.fail(at, `'${name}' is missing`, this.#reader.form);
  }

  #refuseOthers(fields: Fields, known: readonly string[]): void {
    for (const [name, { at }] of fields) {
      if (!known.includes(name)) this.#reader.fail(at, `unknown field '${name}'`, this.#reader.form);
    }
  }
}

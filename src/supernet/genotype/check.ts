// Checks that a space can build a genotype. It knows no text form: the caller names the place of a part.

import { MixopError } from '../../base/errors.ts';
import { nearNames } from '../../base/near-names.ts';
import { keptEdges } from '../derive.ts';
import type { CellGenotype, Genotype, GenotypeEdge } from './genotype.ts';
import { type CellKind, keepableOperations, type Space } from '../space.ts';

/** Names the place of a part, which is given as a path such as `normal.nodes[2][1].from`; '' is the whole. */
type PlaceOfPart = (path: string) => string;

/** Throws a `MixopError` at the first part of `genotype` that `space` cannot build. */
export function checkGenotype(
  genotype: Genotype,
  space: Space,
  placeOf: PlaceOfPart = (path) => `genotype ${path}`.trimEnd(),
): void {
  const kinds = Object.keys(space.cells);
  const remedy = `${space.name} has the cell kinds ${kinds.join(', ')}`;
  for (const kind of Object.keys(genotype)) {
    if (!kinds.includes(kind)) fail(placeOf(kind), `unknown cell kind '${kind}'`, remedy);
  }
  for (const [kind, cell] of Object.entries(space.cells)) {
    const given = genotype[kind];
    if (given === undefined) fail(placeOf(''), `the ${kind} cell is missing`, remedy);
    checkCell(given, cell, space, (path) => placeOf(kind + path));
  }
}

function checkCell(cell: CellGenotype, shape: CellKind, space: Space, placeOf: PlaceOfPart): void {
  const { nodes, minNodes = nodes } = shape;
  const count = cell.nodes.length;
  if (count < minNodes || count > nodes) {
    const wanted = minNodes < nodes ? `${minNodes} to ${nodes}` : `${nodes}`;
    fail(placeOf('.nodes'), `${count} nodes`, `${space.name} has ${wanted} nodes in this cell`);
  }
  for (const [node, edges] of cell.nodes.entries()) {
    const place = `.nodes[${node}]`;
    const wanted = keptEdges(space.derive, shape.inputs + node);
    if (edges.length !== wanted) {
      fail(
        placeOf(place),
        `node ${node} has ${edges.length} edges`,
        `${space.name} keeps ${wanted} at this node`,
      );
    }
    for (const [index, edge] of edges.entries()) {
      checkOperation(edge, space, placeOf(`${place}[${index}].operation`));
      checkSource(edge, index, node, shape, space, placeOf(`${place}[${index}].from`));
    }
  }
  checkConcat(cell, shape, placeOf);
}

function checkOperation({ operation }: GenotypeEdge, space: Space, place: string): void {
  const names = keepableOperations(space);
  if (names.includes(operation)) return;
  const all = `use one of ${names.join(', ')}`;
  const known = space.operations.some(({ name }) => name === operation);
  if (known) fail(place, `'${operation}' is never kept in ${space.name}`, all);
  const near = nearNames(operation, names);
  const remedy = near.length > 0 ? `did you mean ${near.join(' or ')}?` : all;
  fail(place, `unknown operation '${operation}'`, remedy);
}

/**
 * Where every edge is kept, they are ordered by source. Elsewhere a source may occur twice in a node: the derive rule
 * never does that, but the published DARTS forms of NASNet and AmoebaNet do.
 */
function checkSource(
  { from }: GenotypeEdge,
  index: number,
  node: number,
  shape: CellKind,
  space: Space,
  place: string,
): void {
  const state = shape.inputs + node;
  if (!Number.isInteger(from) || from < 0 || from >= state) {
    const what = from >= state && from < shape.inputs + shape.nodes ? 'not before this node' : 'no state';
    fail(place, `source ${from} is ${what}`, `node ${node} (state ${state}) takes states 0 to ${state - 1}`);
  }
  if (space.derive.kind === 'everyEdge' && from !== index) {
    fail(
      place,
      `source ${from} found where ${index} was expected`,
      'write every edge once, by source from 0',
    );
  }
}

function checkConcat({ nodes, concat }: CellGenotype, shape: CellKind, placeOf: PlaceOfPart): void {
  const last = shape.inputs + nodes.length - 1;
  if (shape.output === 'last') {
    if (concat.length === 1 && concat[0] === last) return;
    fail(
      placeOf('.concat'),
      `[${concat.join(', ')}] leaves the cell`,
      `only the last node does: write [${last}]`,
    );
  }
  const remedy = `list nodes as states ${shape.inputs} to ${last}, each once`;
  if (concat.length === 0) fail(placeOf('.concat'), 'nothing leaves the cell', remedy);
  for (const [index, state] of concat.entries()) {
    const place = placeOf(`.concat[${index}]`);
    if (!Number.isInteger(state) || state < shape.inputs || state > last) {
      fail(place, `state ${state} is not a node`, remedy);
    }
    if (concat.indexOf(state) !== index) fail(place, `state ${state} is listed twice`, remedy);
  }
}

function fail(place: string, problem: string, remedy: string): never {
  throw new MixopError('data', place, problem, remedy);
}

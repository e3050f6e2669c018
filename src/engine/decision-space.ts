// A supernet's space as the strategies without gradient see it: decisions, and genotypes made of them.

import type { Architecture } from '../discrete-baselines/architecture.ts';
import type { ChosenEdge } from '../discrete-baselines/spaces/cell-description.ts';
import { cellDecisionSpace, type CellDecisionSpace } from '../discrete-baselines/spaces/cell-space.ts';
import type { CellGenotype, Genotype } from '../supernet/genotype/genotype.ts';
import { genotypeText } from '../supernet/genotype/text.ts';
import type { CellKind, ImageSpace } from '../supernet/space.ts';

export function decisionSpaceOf(space: ImageSpace): CellDecisionSpace {
  const excluded = space.derive.kind === 'strongestEdges' ? space.derive.excluded : [];
  const operations = space.operations.filter(({ name }) => !excluded.includes(name));
  const zero = operations.find(({ layers }) => layers === 'zero');
  const identity = operations.find(({ layers }) => layers !== 'zero' && layers.length === 0);
  const description = {
    name: space.name,
    cells: Object.entries(space.cells).map(([name, { inputs, nodes, output, inputStride }]) => ({
      name,
      inputs,
      nodes,
      output,
      reduces: inputStride === 2,
    })),
    operations: operations.map(({ name }) => name),
    edgesPerNode: space.derive.kind === 'everyEdge' ? ('all' as const) : space.derive.edges,
    ...(zero && { zero: zero.name }),
    ...(identity && { identity: identity.name }),
  };
  return cellDecisionSpace(description, (cells) =>
    genotypeText(genotypeOfEdges(space, description.operations, cells), space),
  );
}

/** The genotype of an architecture of `decisionSpaceOf(space)`. */
export function genotypeOf(
  space: ImageSpace,
  search: CellDecisionSpace,
  architecture: Architecture,
): Genotype {
  return genotypeOfEdges(space, search.description.operations, search.edges(architecture));
}

/** The architecture of a genotype; the order of a node's edges is lost, which no network depends on. */
export function architectureOf(search: CellDecisionSpace, genotype: Genotype): Architecture {
  const { cells, operations } = search.description;
  const edges = cells.map(({ name }) =>
    genotype[name]!.nodes.flatMap((incoming, node) =>
      incoming
        .map(({ from, operation }) => ({ from, node, operation: operations.indexOf(operation) }))
        .sort((a, b) => a.from - b.from),
    ),
  );
  return search.fromEdges(edges);
}

function genotypeOfEdges(
  space: ImageSpace,
  operations: readonly string[],
  cells: readonly (readonly ChosenEdge[])[],
): Genotype {
  const entries = Object.entries(space.cells).map(([kind, cell], index) => [
    kind,
    cellGenotype(cell, operations, cells[index]!),
  ]);
  return Object.fromEntries(entries) as Genotype;
}

function cellGenotype(
  cell: CellKind,
  operations: readonly string[],
  edges: readonly ChosenEdge[],
): CellGenotype {
  const nodes = Array.from({ length: cell.nodes }, (_, node) =>
    edges
      .filter((edge) => edge.node === node)
      .map(({ from, operation }) => ({ from, operation: operations[operation]! })),
  );
  const states = nodes.map((_, node) => cell.inputs + node);
  return { nodes, concat: cell.output === 'last' ? states.slice(-1) : states };
}

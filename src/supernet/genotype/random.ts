// Random cells: all that a space's rule can derive are equally likely.

import type { Random } from '../../base/random.ts';
import { keptEdges } from '../derive.ts';
import type { CellGenotype, Genotype } from './genotype.ts';
import { type ImageSpace, keepableOperations } from '../space.ts';

/** Every node has a uniform set of sources, every edge a uniform operation among those that are not excluded. */
export function randomGenotype(space: ImageSpace, random: Random): Genotype {
  const operations = keepableOperations(space);
  const cells = Object.entries(space.cells).map(([kind, cell]): [string, CellGenotype] => {
    const stream = random.split(kind);
    const nodes = Array.from({ length: cell.nodes }, (_, node) => {
      const incoming = cell.inputs + node;
      const sources = stream.permutation(incoming).subarray(0, keptEdges(space.derive, incoming)).sort();
      return Array.from(sources, (from) => ({
        operation: operations[stream.below(operations.length)]!,
        from,
      }));
    });
    const states = nodes.map((_, node) => cell.inputs + node);
    return [kind, { nodes, concat: cell.output === 'last' ? states.slice(-1) : states }];
  });
  return Object.fromEntries(cells);
}

// Path dropout (Bender et al. 2018, section 3.2): the whole supernet is trained, with some of its operations left out of
// every step.

import type { Random } from '../base/random.ts';
import { edgesOf, type ImageSpace } from '../supernet/space.ts';
import type { KeptOperations } from '../supernet/wiring.ts';

/**
 * What is left when each of the k operations that enter a node is dropped with probability rate^(1/k): all of them are,
 * and the node is zero, with probability `rate`, whatever k is. Cells of a kind lose the same ones.
 */
export function dropOperations(space: ImageSpace, rate: number, random: Random): KeptOperations {
  const columns = [...space.operations.keys()].filter(
    (column) => space.operations[column]!.layers !== 'zero',
  );
  const entries = Object.entries(space.cells).map(([kind, cell]) => {
    const edges = edgesOf(cell);
    const kept = edges.map(({ node }) => {
      const k = columns.length * edges.filter((edge) => edge.node === node).length;
      const dropped = rate ** (1 / k);
      return columns.filter(() => random.uniform() >= dropped);
    });
    return [kind, kept] as const;
  });
  return Object.fromEntries(entries);
}

// Path dropout (Bender et al. 2018, section 3.2): the whole supernet is trained, and every step drops some of
// its operations.

import type { Random } from '../base/random.ts';
import { edgesOf, type ImageSpace } from '../supernet/space.ts';
import type { KeptOperations } from '../supernet/wiring.ts';

/**
 * The operations that are kept when each of the k operations into a node is dropped with probability rate^(1/k): all are
 * dropped, and the node is zero, with probability `rate`, whatever k is. Cells of a kind drop the same operations.
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

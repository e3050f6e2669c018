// dtable[v] = sum of dy[n] over all n with indices[n] = v
import type { Graph } from '../../graph.ts';
import type { Tensor } from '../../tensor.ts';
import { instructions } from './types.ts';

/** table: [V, C]; indices: [N, 1], whole numbers below V. Returns [N, C]. */
export function embedding(graph: Graph, table: Tensor, indices: Tensor): Tensor {
  const y = graph.activation(`${table.name}[${indices.name}]`, [indices.shape[0]!, table.shape[1]!]);
  graph.emit(instructions.forward({ reads: { table, indices }, writes: { y } }));
  graph.onBackward([table], [y], (gradients) => {
    const dtable = gradients.intoZeroed(table);
    if (dtable === undefined) return;
    const reads = { indices, dy: gradients.of(y) };
    graph.emit(instructions.backward({ reads, writes: { dtable } }));
  });
  return y;
}

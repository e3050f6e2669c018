// dterm_k = mix[row, column_k] * dy; dmix[row, column_k] = sum over all of dy * term_k
import type { Graph } from '../../graph.ts';
import type { Tensor } from '../../tensor.ts';
import type { MixTerm } from './types.ts';
import { instructions } from './types.ts';

/** mix: [E, O]; terms: tensors of one shape, at least one. Returns y of that shape. */
export function mixEdge(
  graph: Graph,
  mix: Tensor,
  row: number,
  terms: readonly MixTerm[],
  name: string,
): Tensor {
  const y = graph.activation(name, terms[0]!.x.shape);
  graph.emit(instructions.forward({ reads: { mix, terms }, writes: { y }, row }));
  graph.onBackward([mix, ...terms.map((term) => term.x)], [y], (gradients) => {
    const targets = terms.map((term) => gradients.into(term.x));
    const dmix = gradients.intoZeroed(mix);
    graph.emit(
      instructions.backward({
        reads: { mix, terms, dy: gradients.of(y) },
        writes: { dxs: targets.map((target) => target?.tensor ?? null), ...(dmix && { dmix }) },
        row,
        accumulate: targets.map((target) => target?.accumulate ?? false),
      }),
    );
  });
  return y;
}

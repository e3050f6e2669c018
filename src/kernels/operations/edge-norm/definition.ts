// dmix[e, k] = shares[e] * dy[e, k]; with g[e] = dshares[e] + sum over k of mix[e, k] * dy[e, k]:
// dbeta[e] = shares[e] * (g[e] - sum over the node's edges f of shares[f] * g[f]).
import type { Graph } from '../../graph.ts';
import type { Tensor } from '../../tensor.ts';
import { instructions } from './types.ts';

/** mix: [E, O]; beta: [E, 1]; edges: of every node in turn, E in all. y: [E, O]; shares: [1, E]. */
export function edgeNorm(
  graph: Graph,
  mix: Tensor,
  beta: Tensor,
  edges: readonly number[],
): { readonly y: Tensor; readonly shares: Tensor } {
  const y = graph.activation(`${mix.name}/shared`, mix.shape);
  const shares = graph.activation(`${beta.name}/shares`, [1, beta.shape[0]!]);
  graph.emit(instructions.forward({ reads: { mix, beta }, writes: { y, shares }, edges }));
  graph.onBackward([mix, beta], [y, shares], (gradients) => {
    const [dmix, dbeta] = [gradients.into(mix), gradients.into(beta)];
    graph.emit(
      instructions.backward({
        reads: { mix, shares, dy: gradients.of(y), dshares: gradients.of(shares) },
        writes: { ...(dmix && { dmix: dmix.tensor }), ...(dbeta && { dbeta: dbeta.tensor }) },
        edges,
        accumulate: [dmix?.accumulate ?? false, dbeta?.accumulate ?? false],
      }),
    );
  });
  return { y, shares };
}

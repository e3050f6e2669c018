// With g = sigmoid(c), A = sum of a_k, F = sum of a_k * f_k(h) and D = sum of a_k * f_k'(h), for every edge:
// y = A * s + g * (F - A * s), ds = dy * A * (1 - g), dc = dy * (F - A * s) * g * (1 - g), dh = dy * g * D,
// da_k = sum over all elements of dy * (s + g * (f_k(h) - s))
import type { Graph } from '../../graph.ts';
import type { Tensor } from '../../tensor.ts';
import type { HighwayEdge } from './types.ts';
import { instructions } from './types.ts';

/** edges: states [N, C] and products [N, 2, C], at least one; mix: [E, O], or none. Returns y: [N, C]. */
export function highway(
  graph: Graph,
  edges: readonly HighwayEdge[],
  mix: Tensor | undefined,
  name: string,
): Tensor {
  const y = graph.activation(name, edges[0]!.state.shape);
  graph.emit(instructions.forward({ reads: { edges, ...(mix && { mix }) }, writes: { y } }));
  const inputs = [...edges.flatMap(({ state, product }) => [state, product]), ...(mix ? [mix] : [])];
  graph.onBackward(inputs, [y], (gradients) => {
    const states = edges.map(({ state }) => gradients.into(state));
    const products = edges.map(({ product }) => gradients.into(product));
    const dmix = mix && gradients.intoZeroed(mix);
    graph.emit(
      instructions.backward({
        reads: { edges, dy: gradients.of(y), ...(mix && { mix }) },
        writes: {
          dstates: states.map((target) => target?.tensor ?? null),
          dproducts: products.map((target) => target?.tensor ?? null),
          ...(dmix && { dmix }),
        },
        accumulate: {
          states: states.map((target) => target?.accumulate ?? false),
          products: products.map((target) => target?.accumulate ?? false),
        },
      }),
    );
  });
  return y;
}

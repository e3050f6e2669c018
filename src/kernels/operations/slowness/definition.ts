// Temporal activation regularisation (Merity, McCann and Socher 2017, section 2), with scale = weight / all differences:
// loss = scale * sum (x_t - x_t-1)^2, dx_t = 2 * scale * ((x_t - x_t-1) - (x_t+1 - x_t)), without what is not there
import type { Graph } from '../../graph.ts';
import type { Tensor } from '../../tensor.ts';
import { instructions } from './types.ts';

/** xs: hidden states in the order of time, of one shape, at least two. The loss ([1]) is where differentiation starts. */
export function slowness(graph: Graph, xs: readonly Tensor[], weight: number): Tensor {
  const loss = graph.activation('slowness', [1]);
  graph.emit(instructions.forward({ reads: { xs }, writes: { loss }, weight }));
  graph.onBackward(xs, [loss], (gradients) => {
    if (gradients.reaches(loss))
      throw new Error(`${loss.name} is where differentiation starts, not on the way`);
    const targets = xs.map((x) => gradients.into(x));
    graph.emit(
      instructions.backward({
        reads: { xs },
        writes: { dxs: targets.map((target) => target?.tensor ?? null) },
        weight,
        accumulate: targets.map((target) => target?.accumulate ?? false),
      }),
    );
  });
  return loss;
}

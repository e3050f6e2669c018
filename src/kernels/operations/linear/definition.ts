// dx = dy * weight^T, dweight = sum over inputs of x^T * dy, dbias = sum over inputs and n of dy. A weight that several
// layers read takes the sum of their gradients.
import type { Graph } from '../../graph.ts';
import type { Tensor } from '../../tensor.ts';
import { instructions } from './types.ts';

/** x: [N, Cin], weight: [Cin, Cout], bias: [Cout]; returns [N, Cout]. */
export function linear(graph: Graph, x: Tensor, weight: Tensor, bias: Tensor): Tensor {
  return linearMaps(graph, [x], weight, { bias })[0]!;
}

/**
 * The same weight on every input. xs: [N, Cin] each; weight: [Cin, ...] returns [N, ...], `transposed` [Cout, Cin] returns
 * [N, Cout]; bias: [Cout], only where the result has two axes.
 */
export function linearMaps(
  graph: Graph,
  xs: readonly Tensor[],
  weight: Tensor,
  { bias, transposed = false }: { readonly bias?: Tensor; readonly transposed?: boolean } = {},
): readonly Tensor[] {
  const axes = transposed ? weight.shape.slice(0, 1) : weight.shape.slice(1);
  const ys = xs.map((x) => graph.activation(`${x.name} * ${weight.name}`, [x.shape[0]!, ...axes]));
  const reads = { xs, weight, ...(bias && { bias }) };
  graph.emit(instructions.forward({ reads, writes: { ys }, transposed }));
  graph.onBackward([...xs, weight, ...(bias ? [bias] : [])], ys, (gradients) => {
    const dys = ys.map((y) => gradients.of(y));
    const targets = xs.map((x) => gradients.into(x));
    const dweight = gradients.into(weight);
    const dbias = bias && gradients.into(bias);
    graph.emit(
      instructions.backward({
        reads: { xs, weight, dys },
        writes: {
          dxs: targets.map((target) => target?.tensor ?? null),
          ...(dweight && { dweight: dweight.tensor }),
          ...(dbias && { dbias: dbias.tensor }),
        },
        transposed,
        accumulate: targets.map((target) => target?.accumulate ?? false),
        accumulateWeight: dweight?.accumulate ?? false,
        accumulateBias: dbias?.accumulate ?? false,
      }),
    );
  });
  return ys;
}

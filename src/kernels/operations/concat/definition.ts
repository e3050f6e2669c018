// dx_i = the channels of dy that came from x_i, one backward instruction for each input.
import type { Graph } from '../../graph.ts';
import type { Tensor } from '../../tensor.ts';
import type { Instruction } from '../../plan.ts';
import { type ConcatBackward, instructions } from './types.ts';

/** xs: [..., C_i], equal but for their channels; returns [..., sum of C_i]. */
export function concat(graph: Graph, xs: readonly Tensor[], name: string): Tensor {
  const channels = xs.map((x) => x.shape.at(-1)!);
  const y = graph.activation(name, [...xs[0]!.shape.slice(0, -1), channels.reduce((sum, c) => sum + c, 0)]);
  graph.emit(instructions.forward({ reads: { xs }, writes: { y } }));
  splitGradient(graph, xs, channels, y, instructions);
  return y;
}

/** Says that each of several inputs side by side takes its channels of dy. channels: by input. */
export function splitGradient(
  graph: Graph,
  xs: readonly Tensor[],
  channels: readonly number[],
  y: Tensor,
  { backward }: { readonly backward: (operands: ConcatBackward) => Instruction },
): void {
  graph.onBackward(xs, [y], (gradients) => {
    let channel = 0;
    for (const [i, x] of xs.entries()) {
      const dx = gradients.into(x);
      if (dx !== undefined) {
        const { tensor, accumulate } = dx;
        const reads = { dy: gradients.of(y) };
        graph.emit(backward({ reads, writes: { dx: tensor }, channel, accumulate }));
      }
      channel += channels[i]!;
    }
  });
}

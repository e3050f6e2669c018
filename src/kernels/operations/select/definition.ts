// dx_i[..., c] = dy at the channel that c went to, 0 where it went nowhere; one backward instruction for each input.
import type { Graph } from '../../graph.ts';
import { imageShape, type Tensor } from '../../tensor.ts';
import { instructions } from './types.ts';

/**
 * xs: [N, H, W, C_i]; channels: numbers of channels of all xs side by side, each at most once; returns
 * [N, H, W, channels.length].
 */
export function selectChannels(
  graph: Graph,
  xs: readonly Tensor[],
  channels: readonly number[],
  name: string,
): Tensor {
  const { n, h, w } = imageShape(xs[0]!);
  const y = graph.activation(name, [n, h, w, channels.length]);
  graph.emit(instructions.forward({ reads: { xs }, writes: { y }, channels }));
  graph.onBackward(xs, [y], (gradients) => {
    let start = 0;
    for (const x of xs) {
      const first = start;
      start += imageShape(x).c;
      const dx = gradients.into(x);
      if (dx === undefined) continue;
      graph.emit(
        instructions.backward({
          reads: { dy: gradients.of(y) },
          writes: { dx: dx.tensor },
          channels: Array.from({ length: imageShape(x).c }, (_, c) => channels.indexOf(first + c)),
          accumulate: dx.accumulate,
        }),
      );
    }
  });
  return y;
}

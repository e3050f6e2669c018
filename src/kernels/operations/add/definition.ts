// y = sum of xs; every dx = dy, one backward instruction for each input.
import type { Graph } from '../../graph.ts';
import { imageShape, type Tensor } from '../../tensor.ts';
import { instructions } from './types.ts';

/** xs: at least one, of one shape; returns y of that shape. */
export function add(graph: Graph, xs: readonly Tensor[], name: string): Tensor {
  return sum(graph, xs, xs[0]!.shape, name);
}

/** x: [N, H, W, C], C a multiple of 4 (no lane is spare); returns the same elements as [N, H * W * C]. */
export function flatten(graph: Graph, x: Tensor): Tensor {
  const { n, h, w, c } = imageShape(x);
  if (c % 4 !== 0) throw new RangeError(`${x.name} has ${c} channels, no multiple of 4`);
  return sum(graph, [x], [n, h * w * c], `${x.name}/flat`);
}

/** Elementwise over what the tensors occupy, whatever their shapes. */
function sum(graph: Graph, xs: readonly Tensor[], shape: readonly number[], name: string): Tensor {
  const y = graph.activation(name, shape);
  graph.emit(instructions.forward({ reads: { xs }, writes: { y } }));
  graph.onBackward(xs, [y], (gradients) => {
    for (const x of xs) {
      const dx = gradients.into(x);
      if (dx === undefined) continue;
      const { tensor, accumulate } = dx;
      graph.emit(
        instructions.backward({ reads: { dy: gradients.of(y) }, writes: { dx: tensor }, accumulate }),
      );
    }
  });
  return y;
}

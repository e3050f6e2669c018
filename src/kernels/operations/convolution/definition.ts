// dx[n,h,w,c] = sum over (a, b, i, j with i*s - p + a = h, j*s - p + b = w) and o of dy[n,i,j,o] * weight[a,b,c,o]
// dweight[a,b,c,o] = sum over n, i, j of dy[n,i,j,o] * x[n, i*s - p + a, j*s - p + b, c]
import type { Graph } from '../../graph.ts';
import { imageShape, type Tensor } from '../../tensor.ts';
import type { Instruction } from '../../plan.ts';
import { type ConvolutionBackward, instructions } from './types.ts';

/** x: [N, H, W, Cin], weight: [height, width, Cin, Cout]; returns [N, ceil(H/s), ceil(W/s), Cout]. */
export function convolution(graph: Graph, x: Tensor, weight: Tensor, stride: 1 | 2): Tensor {
  const { n, h, w } = imageShape(x);
  const shape = [n, Math.ceil(h / stride), Math.ceil(w / stride), weight.shape[3]!];
  const y = graph.activation(`${weight.name}/y`, shape);
  graph.emit(instructions.forward({ reads: { x, weight }, writes: { y }, stride }));
  weightedGradient(graph, x, weight, y, (operands) => instructions.backward({ ...operands, stride }));
  return y;
}

/** Says how the gradients of an image and of a weight come from that of y. `backward` adds what the operation carries. */
export function weightedGradient(
  graph: Graph,
  x: Tensor,
  weight: Tensor,
  y: Tensor,
  backward: (operands: Omit<ConvolutionBackward, 'stride'>) => Instruction,
): void {
  graph.onBackward([x, weight], [y], (gradients) => {
    const dx = gradients.into(x);
    graph.emit(
      backward({
        reads: { x, weight, dy: gradients.of(y) },
        writes: { ...(dx && { dx: dx.tensor }), ...gradients.parameter('dweight', weight) },
        accumulate: dx?.accumulate ?? false,
      }),
    );
  });
}

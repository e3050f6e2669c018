// dx[n,h,w,c] = sum over (a, b, i, j with i*s - p + a*d = h, j*s - p + b*d = w) of dy[n,i,j,c] * weight[a,b,c]
// dweight[a,b,c] = sum over n, i, j of dy[n,i,j,c] * x[n, i*s - p + a*d, j*s - p + b*d, c]
import type { Graph } from '../../graph.ts';
import { imageShape, type Tensor } from '../../tensor.ts';
import { weightedGradient } from '../convolution/definition.ts';
import { instructions } from './types.ts';

/** x: [N, H, W, C], weight: [k, k, C]; returns [N, ceil(H/s), ceil(W/s), C]. */
export function depthwise(graph: Graph, x: Tensor, weight: Tensor, stride: 1 | 2, dilation: number): Tensor {
  const { n, h, w, c } = imageShape(x);
  const y = graph.activation(`${weight.name}/y`, [n, Math.ceil(h / stride), Math.ceil(w / stride), c]);
  const window = { stride, dilation };
  graph.emit(instructions.forward({ reads: { x, weight }, writes: { y }, ...window }));
  weightedGradient(graph, x, weight, y, (operands) => instructions.backward({ ...operands, ...window }));
  return y;
}

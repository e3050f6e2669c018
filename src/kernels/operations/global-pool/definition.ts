// dx[n,h,w,c] = dy[n,c] / (H*W), one backward instruction for each input.
import type { Graph } from '../../graph.ts';
import { imageShape, type Tensor } from '../../tensor.ts';
import { splitGradient } from '../concat/definition.ts';
import { instructions } from './types.ts';

/** xs: [N, H, W, C_i]; returns [N, sum of C_i]. */
export function globalPool(graph: Graph, xs: readonly Tensor[]): Tensor {
  const channels = xs.map((x) => imageShape(x).c);
  const width = channels.reduce((sum, c) => sum + c, 0);
  const y = graph.activation('pooled', [imageShape(xs[0]!).n, width]);
  graph.emit(instructions.forward({ reads: { xs }, writes: { y } }));
  splitGradient(graph, xs, channels, y, instructions);
  return y;
}

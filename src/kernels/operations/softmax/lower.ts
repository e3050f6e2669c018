// Softmax of alphas on wasm: a few rows, one chunk.
import { count, type Tensor } from '../../tensor.ts';
import { bytesOf, type LoweringContext, type Stage } from '../../wasm/stage.ts';
import type { SoftmaxBackward, SoftmaxForward } from './nodes.ts';

function sizes(x: Tensor): number[] {
  const columns = x.shape.at(-1)!;
  return [count(x.shape) / columns, columns, x.pitch * 4];
}

export function forward(node: SoftmaxForward, context: LoweringContext): Stage[] {
  const { x } = node.reads;
  const args = [context.address(x), context.address(node.writes.y), ...sizes(x)];
  return [
    {
      kernel: 'softmaxForward',
      args,
      chunks: 1,
      flops: 5 * count(x.shape),
      bytes: bytesOf(x, node.writes.y),
    },
  ];
}

export function backward(node: SoftmaxBackward, context: LoweringContext): Stage[] {
  const { y, dy } = node.reads;
  const { dx } = node.writes;
  const addresses = [y, dy, dx].map((tensor) => context.address(tensor));
  const args = [...addresses, ...sizes(y), Number(node.accumulate)];
  return [
    { kernel: 'softmaxBackward', args, chunks: 1, flops: 4 * count(y.shape), bytes: bytesOf(y, dy, dx) },
  ];
}

// Softmax of alphas on wasm: a few rows, one chunk.
import { count, type Tensor } from '../../../tensor.ts';
import { bytesOf, type StageContext, type Stage } from '../../../wasm/stage.ts';
import type { SoftmaxBackward, SoftmaxForward } from '../types.ts';

function sizes(x: Tensor): number[] {
  const columns = x.shape.at(-1)!;
  return [count(x.shape) / columns, columns, x.pitch * 4];
}

export function forward(instruction: SoftmaxForward, context: StageContext): Stage[] {
  const { x } = instruction.reads;
  const args = [context.address(x), context.address(instruction.writes.y), ...sizes(x)];
  return [
    {
      kernel: 'softmaxForward',
      args,
      chunks: 1,
      flops: 5 * count(x.shape),
      bytes: bytesOf(x, instruction.writes.y),
    },
  ];
}

export function backward(instruction: SoftmaxBackward, context: StageContext): Stage[] {
  const { y, dy } = instruction.reads;
  const { dx } = instruction.writes;
  const addresses = [y, dy, dx].map((tensor) => context.address(tensor));
  const args = [...addresses, ...sizes(y), Number(instruction.accumulate)];
  return [
    { kernel: 'softmaxBackward', args, chunks: 1, flops: 4 * count(y.shape), bytes: bytesOf(y, dy, dx) },
  ];
}

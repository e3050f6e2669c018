// Dropout on wasm: elementwise, spare lanes included (they stay zero).
import { extent, type Tensor } from '../../../tensor.ts';
import { bytesOf, elementChunks, type StageContext, type Stage } from '../../../wasm/stage.ts';
import type { DropoutBackward, DropoutForward } from '../types.ts';

function product(from: Tensor, mask: Tensor, to: Tensor, add: boolean, context: StageContext): Stage {
  const elements = extent(to);
  return {
    kernel: 'dropoutProduct',
    args: [...[from, mask, to].map((tensor) => context.address(tensor)), elements, Number(add)],
    chunks: elementChunks(elements),
    flops: elements,
    bytes: bytesOf(from, mask, to),
  };
}

export function forward({ reads, writes }: DropoutForward, context: StageContext): Stage[] {
  return [product(reads.x, reads.mask, writes.y, false, context)];
}

export function backward({ reads, writes, accumulate }: DropoutBackward, context: StageContext): Stage[] {
  return [product(reads.dy, reads.mask, writes.dx, accumulate, context)];
}

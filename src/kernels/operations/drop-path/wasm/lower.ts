// Drop path on wasm: a chunk is an image.
import { extent, type Tensor } from '../../../tensor.ts';
import { bytesOf, type StageContext, type Stage } from '../../../wasm/stage.ts';
import type { DropPathBackward, DropPathForward } from '../types.ts';

interface Scaling {
  readonly from: Tensor;
  readonly factors: Tensor;
  readonly column: number;
  readonly to: Tensor;
  readonly accumulate: boolean;
}

function scale({ from, factors, column, to, accumulate }: Scaling, context: StageContext): Stage[] {
  const images = from.shape[0]!;
  const first = context.address(factors) + column * 4;
  const addresses = [context.address(from), context.address(to)];
  const args = [...addresses, (extent(from) / images) * 4, first, factors.pitch * 4, Number(accumulate)];
  const bytes = bytesOf(from, to) + (accumulate ? bytesOf(to) : 0);
  return [{ kernel: 'dropPathScale', args, chunks: images, flops: extent(from), bytes }];
}

export function forward({ reads, writes, column }: DropPathForward, context: StageContext): Stage[] {
  const { x, factors } = reads;
  return scale({ from: x, factors, column, to: writes.y, accumulate: false }, context);
}

export function backward(instruction: DropPathBackward, context: StageContext): Stage[] {
  const { dy, factors } = instruction.reads;
  const { column, accumulate } = instruction;
  return scale({ from: dy, factors, column, to: instruction.writes.dx, accumulate }, context);
}

// Sums on wasm: elementwise, spare lanes included (they stay zero).
import { extent } from '../../../tensor.ts';
import { elementChunks, type StageContext, type Stage } from '../../../wasm/stage.ts';
import type { AddBackward, AddForward } from '../types.ts';

export function forward(instruction: AddForward, context: StageContext): Stage[] {
  const { xs } = instruction.reads;
  const { y } = instruction.writes;
  const elements = extent(y);
  const addresses = xs.map((x) => context.address(x));
  const args = [context.address(y), elements, xs.length, ...addresses];
  const flops = elements * (xs.length - 1);
  const bytes = 4 * elements * (xs.length + 1);
  return [{ kernel: 'addForward', args, chunks: elementChunks(elements), flops, bytes }];
}

export function backward(instruction: AddBackward, context: StageContext): Stage[] {
  const { dy } = instruction.reads;
  const elements = extent(dy);
  const args = [
    context.address(dy),
    context.address(instruction.writes.dx),
    elements,
    Number(instruction.accumulate),
  ];
  const flops = instruction.accumulate ? elements : 0;
  const bytes = (instruction.accumulate ? 12 : 8) * elements;
  return [{ kernel: 'addBackward', args, chunks: elementChunks(elements), flops, bytes }];
}

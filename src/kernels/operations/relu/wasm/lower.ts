// ReLU on wasm: elementwise, spare lanes included (they stay zero).
import { extent } from '../../../tensor.ts';
import { elementChunks, type StageContext, type Stage } from '../../../wasm/stage.ts';
import type { ReluBackward, ReluForward } from '../types.ts';

export function forward(instruction: ReluForward, context: StageContext): Stage[] {
  const { x } = instruction.reads;
  const elements = extent(x);
  const args = [context.address(x), context.address(instruction.writes.y), elements];
  return [
    { kernel: 'reluForward', args, chunks: elementChunks(elements), flops: elements, bytes: 8 * elements },
  ];
}

export function backward(instruction: ReluBackward, context: StageContext): Stage[] {
  const { x, dy } = instruction.reads;
  const elements = extent(x);
  const addresses = [x, dy, instruction.writes.dx].map((tensor) => context.address(tensor));
  const args = [...addresses, elements, Number(instruction.accumulate)];
  const bytes = (instruction.accumulate ? 16 : 12) * elements;
  return [{ kernel: 'reluBackward', args, chunks: elementChunks(elements), flops: elements, bytes }];
}

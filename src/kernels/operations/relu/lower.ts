// ReLU on wasm: elementwise, spare lanes included (they stay zero).
import { extent } from '../../tensor.ts';
import { elementChunks, type LoweringContext, type Stage } from '../../wasm/stage.ts';
import type { ReluBackward, ReluForward } from './nodes.ts';

export function forward(node: ReluForward, context: LoweringContext): Stage[] {
  const { x } = node.reads;
  const elements = extent(x);
  const args = [context.address(x), context.address(node.writes.y), elements];
  return [
    { kernel: 'reluForward', args, chunks: elementChunks(elements), flops: elements, bytes: 8 * elements },
  ];
}

export function backward(node: ReluBackward, context: LoweringContext): Stage[] {
  const { x, dy } = node.reads;
  const elements = extent(x);
  const addresses = [x, dy, node.writes.dx].map((tensor) => context.address(tensor));
  const args = [...addresses, elements, Number(node.accumulate)];
  const bytes = (node.accumulate ? 16 : 12) * elements;
  return [{ kernel: 'reluBackward', args, chunks: elementChunks(elements), flops: elements, bytes }];
}

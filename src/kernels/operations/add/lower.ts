// Sums on wasm: elementwise, spare lanes included (they stay zero).
import { extent } from '../../tensor.ts';
import { elementChunks, type LoweringContext, type Stage } from '../../wasm/stage.ts';
import type { AddBackward, AddForward } from './nodes.ts';

export function forward(node: AddForward, context: LoweringContext): Stage[] {
  const { xs } = node.reads;
  const { y } = node.writes;
  const elements = extent(y);
  const addresses = xs.map((x) => context.address(x));
  const args = [context.address(y), elements, xs.length, ...addresses];
  const flops = elements * (xs.length - 1);
  const bytes = 4 * elements * (xs.length + 1);
  return [{ kernel: 'addForward', args, chunks: elementChunks(elements), flops, bytes }];
}

export function backward(node: AddBackward, context: LoweringContext): Stage[] {
  const { dy } = node.reads;
  const elements = extent(dy);
  const args = [context.address(dy), context.address(node.writes.dx), elements, Number(node.accumulate)];
  const flops = node.accumulate ? elements : 0;
  const bytes = (node.accumulate ? 12 : 8) * elements;
  return [{ kernel: 'addBackward', args, chunks: elementChunks(elements), flops, bytes }];
}

// Global average pool on wasm.
import { extent, imageShape } from '../../tensor.ts';
import { bytesOf, type LoweringContext, type Stage } from '../../wasm/stage.ts';
import type { GlobalPoolBackward, GlobalPoolForward } from './nodes.ts';

export function forward(node: GlobalPoolForward, context: LoweringContext): Stage[] {
  const { xs } = node.reads;
  const { y } = node.writes;
  const { n, h, w } = imageShape(xs[0]!);
  const list = xs.flatMap((x) => [context.address(x), x.pitch * 4, imageShape(x).c]);
  const args = [context.address(y), y.pitch * 4, h * w, xs.length, ...list];
  const bytes = bytesOf(y, ...xs);
  return [{ kernel: 'globalPoolForward', args, chunks: n, flops: bytes / 4, bytes }];
}

export function backward(node: GlobalPoolBackward, context: LoweringContext): Stage[] {
  const { dy } = node.reads;
  const { dx } = node.writes;
  const { n, h, w, c } = imageShape(dx);
  const from = [context.address(dy) + node.channel * 4, dy.pitch * 4, h * w];
  const args = [...from, context.address(dx), dx.pitch * 4, c, Number(node.accumulate)];
  const flops = node.accumulate ? extent(dx) : 0;
  const bytes = (node.accumulate ? 2 : 1) * bytesOf(dx);
  return [{ kernel: 'globalPoolBackward', args, chunks: n, flops, bytes }];
}

// Global average pool on wasm.
import { extent, imageShape } from '../../../tensor.ts';
import { bytesOf, type StageContext, type Stage } from '../../../wasm/stage.ts';
import type { GlobalPoolBackward, GlobalPoolForward } from '../types.ts';

export function forward(instruction: GlobalPoolForward, context: StageContext): Stage[] {
  const { xs } = instruction.reads;
  const { y } = instruction.writes;
  const { n, h, w } = imageShape(xs[0]!);
  const list = xs.flatMap((x) => [context.address(x), x.pitch * 4, imageShape(x).c]);
  const args = [context.address(y), y.pitch * 4, h * w, xs.length, ...list];
  const bytes = bytesOf(y, ...xs);
  return [{ kernel: 'globalPoolForward', args, chunks: n, flops: bytes / 4, bytes }];
}

export function backward(instruction: GlobalPoolBackward, context: StageContext): Stage[] {
  const { dy } = instruction.reads;
  const { dx } = instruction.writes;
  const { n, h, w, c } = imageShape(dx);
  const from = [context.address(dy) + instruction.channel * 4, dy.pitch * 4, h * w];
  const args = [...from, context.address(dx), dx.pitch * 4, c, Number(instruction.accumulate)];
  const flops = instruction.accumulate ? extent(dx) : 0;
  const bytes = (instruction.accumulate ? 2 : 1) * bytesOf(dx);
  return [{ kernel: 'globalPoolBackward', args, chunks: n, flops, bytes }];
}

// Concatenation along channels on wasm.
import { extent } from '../../../tensor.ts';
import { bytesOf, type StageContext, pixelsPerChunk, type Stage } from '../../../wasm/stage.ts';
import type { ConcatBackward, ConcatForward } from '../types.ts';

export function forward(instruction: ConcatForward, context: StageContext): Stage[] {
  const { xs } = instruction.reads;
  const { y } = instruction.writes;
  const pixels = extent(y) / y.pitch;
  const list = xs.flatMap((x) => [context.address(x), x.pitch * 4, x.shape.at(-1)!]);
  const args = [context.address(y), y.pitch * 4, pixels, pixelsPerChunk, xs.length, ...list];
  const chunks = Math.ceil(pixels / pixelsPerChunk);
  return [{ kernel: 'concatForward', args, chunks, bytes: bytesOf(y, ...xs) }];
}

export function backward(instruction: ConcatBackward, context: StageContext): Stage[] {
  const { dy } = instruction.reads;
  const { dx } = instruction.writes;
  const pixels = extent(dx) / dx.pitch;
  const from = [context.address(dy) + instruction.channel * 4, dy.pitch * 4, pixels, pixelsPerChunk];
  const args = [...from, context.address(dx), dx.pitch * 4, dx.shape.at(-1)!, Number(instruction.accumulate)];
  const chunks = Math.ceil(pixels / pixelsPerChunk);
  return [{ kernel: 'concatBackward', args, chunks, bytes: 2 * bytesOf(dx) }];
}

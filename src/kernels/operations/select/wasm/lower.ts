// Channels of images in any order on wasm.
import { extent, type Tensor } from '../../../tensor.ts';
import { bytesOf, type StageContext, pixelsPerChunk, type Stage } from '../../../wasm/stage.ts';
import type { SelectBackward, SelectForward } from '../types.ts';

/** places: by channel of `to`, the address of its source and the bytes from pixel to pixel. */
function stage(to: Tensor, places: readonly number[], accumulate: boolean, context: StageContext): Stage {
  const pixels = extent(to) / to.pitch;
  const sizes = [to.pitch * 4, to.shape.at(-1)!, pixels, pixelsPerChunk, Number(accumulate)];
  return {
    kernel: 'selectChannels',
    args: [context.address(to), ...sizes, ...places],
    chunks: Math.ceil(pixels / pixelsPerChunk),
    bytes: 2 * bytesOf(to),
  };
}

export function forward(instruction: SelectForward, context: StageContext): Stage[] {
  const sources = instruction.reads.xs.flatMap((x) =>
    Array.from({ length: x.shape.at(-1)! }, (_, c) => [context.address(x) + 4 * c, x.pitch * 4]),
  );
  const places = instruction.channels.flatMap((channel) => sources[channel]!);
  return [stage(instruction.writes.y, places, false, context)];
}

export function backward(instruction: SelectBackward, context: StageContext): Stage[] {
  const { dy } = instruction.reads;
  const places = instruction.channels.flatMap((channel) =>
    channel < 0 ? [0, 0] : [context.address(dy) + 4 * channel, dy.pitch * 4],
  );
  return [stage(instruction.writes.dx, places, instruction.accumulate, context)];
}

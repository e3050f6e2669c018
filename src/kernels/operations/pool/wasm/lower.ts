// Pools on wasm.
import { imageShape, type Tensor } from '../../../tensor.ts';
import { bytesOf, type StageContext, pixelsPerChunk, type Stage } from '../../../wasm/stage.ts';
import type { PoolBackward, PoolForward, PoolWindow } from '../types.ts';

/** Bytes of a pixel's channels that one chunk of the backward takes: a cache line. */
const groupBytes = 64;

function geometry(x: Tensor, y: Tensor, { kernel, stride, padding, mode }: PoolWindow): number[] {
  const [input, output] = [imageShape(x), imageShape(y)];
  return [input.h, input.w, output.h, output.w, x.pitch * 4, kernel, stride, padding, Number(mode === 'max')];
}

function flopsOf(y: Tensor, { kernel }: PoolWindow): number {
  const { n, h, w, c } = imageShape(y);
  return kernel ** 2 * n * h * w * c;
}

export function forward(instruction: PoolForward, context: StageContext): Stage[] {
  const { x } = instruction.reads;
  const { y } = instruction.writes;
  const { n, h, w } = imageShape(y);
  const pixels = n * h * w;
  const addresses = [context.address(x), context.address(y)];
  const args = [...geometry(x, y, instruction), ...addresses, pixels, pixelsPerChunk];
  const chunks = Math.ceil(pixels / pixelsPerChunk);
  return [{ kernel: 'poolForward', args, chunks, flops: flopsOf(y, instruction), bytes: bytesOf(x, y) }];
}

export function backward(instruction: PoolBackward, context: StageContext): Stage[] {
  const { x, dy } = instruction.reads;
  const { dx } = instruction.writes;
  const addresses = [x, dy, dx].map((tensor) => context.address(tensor));
  const args = [...geometry(x, dy, instruction), ...addresses, Number(instruction.accumulate), groupBytes];
  const chunks = imageShape(x).n * Math.ceil((x.pitch * 4) / groupBytes);
  return [
    { kernel: 'poolBackward', args, chunks, flops: 2 * flopsOf(dy, instruction), bytes: bytesOf(x, dy, dx) },
  ];
}

// Plain float64 loops. `image` and friends are [N, H, W, C] blocks, rows of the last axis `pitch` apart.
import { type ReferenceMemory, target } from '../../reference/memory.ts';
import { imageShape, type Tensor } from '../../tensor.ts';
import type { ConvolutionBackward, ConvolutionForward } from './types.ts';

/** Calls `visit` with the element offsets of every (input pixel, output pixel, filter tap) that meet. */
function everyTap(
  x: Tensor,
  y: Tensor,
  weight: Tensor,
  stride: number,
  visit: (x: number, y: number, weight: number) => void,
): void {
  const { n, h, w } = imageShape(x);
  const out = imageShape(y);
  const [height, width] = weight.shape as [number, number];
  const [top, left] = [Math.floor((height - 1) / 2), Math.floor((width - 1) / 2)];
  for (let image = 0; image < n; image++) {
    for (let i = 0; i < out.h; i++) {
      for (let j = 0; j < out.w; j++) {
        for (let a = 0; a < height; a++) {
          const row = i * stride - top + a;
          if (row < 0 || row >= h) continue;
          for (let b = 0; b < width; b++) {
            const column = j * stride - left + b;
            if (column < 0 || column >= w) continue;
            visit(
              ((image * h + row) * w + column) * x.pitch,
              ((image * out.h + i) * out.w + j) * y.pitch,
              (a * width + b) * weight.shape[2]! * weight.pitch,
            );
          }
        }
      }
    }
  }
}

export function forward(instruction: ConvolutionForward, memory: ReferenceMemory): void {
  const { x, weight } = instruction.reads;
  const [inputs, outputs] = [weight.shape[2]!, weight.shape[3]!];
  const [xs, ws] = [memory.of(x), memory.of(weight)];
  const ys = target(memory, instruction.writes.y, false);
  everyTap(x, instruction.writes.y, weight, instruction.stride, (xAt, yAt, wAt) => {
    for (let c = 0; c < inputs; c++) {
      const value = xs[xAt + c]!;
      const row = wAt + c * weight.pitch;
      for (let o = 0; o < outputs; o++) ys[yAt + o]! += value * ws[row + o]!;
    }
  });
}

export function backward(instruction: ConvolutionBackward, memory: ReferenceMemory): void {
  const { x, weight, dy } = instruction.reads;
  const { dx, dweight } = instruction.writes;
  const [inputs, outputs] = [weight.shape[2]!, weight.shape[3]!];
  const [xs, ws, dys] = [memory.of(x), memory.of(weight), memory.of(dy)];
  const dxs = dx && target(memory, dx, instruction.accumulate);
  const dws = dweight && target(memory, dweight, false);
  everyTap(x, dy, weight, instruction.stride, (xAt, yAt, wAt) => {
    for (let c = 0; c < inputs; c++) {
      const row = wAt + c * weight.pitch;
      if (dxs) {
        let sum = 0;
        for (let o = 0; o < outputs; o++) sum += dys[yAt + o]! * ws[row + o]!;
        dxs[xAt + c]! += sum;
      }
      if (dws) {
        const value = xs[xAt + c]!;
        for (let o = 0; o < outputs; o++) dws[row + o]! += value * dys[yAt + o]!;
      }
    }
  });
}

// Plain float64 loops.
import { type ReferenceMemory, target } from '../../reference/memory.ts';
import { imageShape, type Tensor } from '../../tensor.ts';
import type { DepthwiseBackward, DepthwiseForward } from './types.ts';

interface Window {
  readonly stride: number;
  readonly dilation: number;
}

/** Calls `visit` with the element offsets of every (input pixel, output pixel, filter tap) that meet. */
function everyTap(
  x: Tensor,
  y: Tensor,
  weight: Tensor,
  { stride, dilation }: Window,
  visit: (x: number, y: number, weight: number) => void,
): void {
  const { n, h, w } = imageShape(x);
  const out = imageShape(y);
  const k = weight.shape[0]!;
  const padding = (dilation * (k - 1)) / 2;
  for (let image = 0; image < n; image++) {
    for (let i = 0; i < out.h; i++) {
      for (let j = 0; j < out.w; j++) {
        for (let a = 0; a < k; a++) {
          const row = i * stride - padding + a * dilation;
          if (row < 0 || row >= h) continue;
          for (let b = 0; b < k; b++) {
            const column = j * stride - padding + b * dilation;
            if (column < 0 || column >= w) continue;
            visit(
              ((image * h + row) * w + column) * x.pitch,
              ((image * out.h + i) * out.w + j) * y.pitch,
              (a * k + b) * weight.pitch,
            );
          }
        }
      }
    }
  }
}

export function forward(instruction: DepthwiseForward, memory: ReferenceMemory): void {
  const { x, weight } = instruction.reads;
  const channels = weight.shape[2]!;
  const [xs, ws] = [memory.of(x), memory.of(weight)];
  const ys = target(memory, instruction.writes.y, false);
  everyTap(x, instruction.writes.y, weight, instruction, (xAt, yAt, wAt) => {
    for (let c = 0; c < channels; c++) ys[yAt + c]! += xs[xAt + c]! * ws[wAt + c]!;
  });
}

export function backward(instruction: DepthwiseBackward, memory: ReferenceMemory): void {
  const { x, weight, dy } = instruction.reads;
  const { dx, dweight } = instruction.writes;
  const channels = weight.shape[2]!;
  const [xs, ws, dys] = [memory.of(x), memory.of(weight), memory.of(dy)];
  const dxs = dx && target(memory, dx, instruction.accumulate);
  const dws = dweight && target(memory, dweight, false);
  everyTap(x, dy, weight, instruction, (xAt, yAt, wAt) => {
    if (dxs) for (let c = 0; c < channels; c++) dxs[xAt + c]! += dys[yAt + c]! * ws[wAt + c]!;
    if (dws) for (let c = 0; c < channels; c++) dws[wAt + c]! += dys[yAt + c]! * xs[xAt + c]!;
  });
}

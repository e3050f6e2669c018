// Plain float64 loops.
import { type ReferenceMemory, target } from '../../reference/memory.ts';
import { imageShape, type Tensor } from '../../tensor.ts';
import type { PoolBackward, PoolForward, PoolWindow } from './types.ts';

/** Calls `visit` for every output pixel with its offset and those of the input pixels in its window. */
function everyWindow(
  x: Tensor,
  y: Tensor,
  { kernel, stride, padding }: PoolWindow,
  visit: (y: number, window: number[]) => void,
): void {
  const { n, h, w } = imageShape(x);
  const out = imageShape(y);
  for (let image = 0; image < n; image++) {
    for (let i = 0; i < out.h; i++) {
      for (let j = 0; j < out.w; j++) {
        const window: number[] = [];
        for (let row = i * stride - padding; row < i * stride - padding + kernel; row++) {
          for (let column = j * stride - padding; column < j * stride - padding + kernel; column++) {
            if (row < 0 || row >= h || column < 0 || column >= w) continue;
            window.push(((image * h + row) * w + column) * x.pitch);
          }
        }
        visit(((image * out.h + i) * out.w + j) * y.pitch, window);
      }
    }
  }
}

/** Offset of the first largest element in the window. */
function largest(xs: Float64Array, window: readonly number[], c: number): number {
  let best = window[0]!;
  for (const at of window) if (xs[at + c]! > xs[best + c]!) best = at;
  return best;
}

export function forward(instruction: PoolForward, memory: ReferenceMemory): void {
  const { x } = instruction.reads;
  const [xs, ys] = [memory.of(x), memory.of(instruction.writes.y)];
  const channels = imageShape(x).c;
  everyWindow(x, instruction.writes.y, instruction, (yAt, window) => {
    for (let c = 0; c < channels; c++) {
      if (instruction.mode === 'max') ys[yAt + c] = xs[largest(xs, window, c) + c]!;
      else ys[yAt + c] = window.reduce((sum, at) => sum + xs[at + c]!, 0) / window.length;
    }
  });
}

export function backward(instruction: PoolBackward, memory: ReferenceMemory): void {
  const { x, dy } = instruction.reads;
  const [xs, dys] = [memory.of(x), memory.of(dy)];
  const dxs = target(memory, instruction.writes.dx, instruction.accumulate);
  const channels = imageShape(x).c;
  everyWindow(x, dy, instruction, (yAt, window) => {
    for (let c = 0; c < channels; c++) {
      if (instruction.mode === 'max') dxs[largest(xs, window, c) + c]! += dys[yAt + c]!;
      else for (const at of window) dxs[at + c]! += dys[yAt + c]! / window.length;
    }
  });
}

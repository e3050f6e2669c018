// Plain float64 loops.
import { type ReferenceMemory, target } from '../../reference/memory.ts';
import { imageShape, type Tensor } from '../../tensor.ts';
import type { FactorizedReduceBackward, FactorizedReduceForward } from './types.ts';

/** Calls `visit` for every output pixel and the input pixel (2i + shift, 2j + shift) where it is inside. */
function everyPixel(x: Tensor, y: Tensor, shift: 0 | 1, visit: (x: number, y: number) => void): void {
  const { n, h, w } = imageShape(x);
  const out = imageShape(y);
  for (let image = 0; image < n; image++) {
    for (let i = 0; 2 * i + shift < h; i++) {
      for (let j = 0; 2 * j + shift < w; j++) {
        const xAt = ((image * h + 2 * i + shift) * w + 2 * j + shift) * x.pitch;
        visit(xAt, ((image * out.h + i) * out.w + j) * y.pitch);
      }
    }
  }
}

export function forward(instruction: FactorizedReduceForward, memory: ReferenceMemory): void {
  const { x, first, second } = instruction.reads;
  const xs = memory.of(x);
  const ys = target(memory, instruction.writes.y, false);
  for (const [shift, weight] of [
    [0, first],
    [1, second],
  ] as const) {
    const ws = memory.of(weight);
    const [inputs, outputs] = [weight.shape[0]!, weight.shape[1]!];
    const channel = shift === 0 ? 0 : first.shape[1]!;
    everyPixel(x, instruction.writes.y, shift, (xAt, yAt) => {
      for (let c = 0; c < inputs; c++) {
        for (let o = 0; o < outputs; o++) ys[yAt + channel + o]! += xs[xAt + c]! * ws[c * weight.pitch + o]!;
      }
    });
  }
}

export function backward(instruction: FactorizedReduceBackward, memory: ReferenceMemory): void {
  const { x, first, second, dy } = instruction.reads;
  const { dx, dfirst, dsecond } = instruction.writes;
  const [xs, dys] = [memory.of(x), memory.of(dy)];
  const dxs = dx && target(memory, dx, instruction.accumulate);
  for (const [shift, weight, dweight] of [
    [0, first, dfirst],
    [1, second, dsecond],
  ] as const) {
    const ws = memory.of(weight);
    const dws = dweight && target(memory, dweight, false);
    const [inputs, outputs] = [weight.shape[0]!, weight.shape[1]!];
    const channel = shift === 0 ? 0 : first.shape[1]!;
    everyPixel(x, dy, shift, (xAt, yAt) => {
      for (let c = 0; c < inputs; c++) {
        for (let o = 0; o < outputs; o++) {
          const gradient = dys[yAt + channel + o]!;
          if (dxs) dxs[xAt + c]! += gradient * ws[c * weight.pitch + o]!;
          if (dws) dws[c * weight.pitch + o]! += gradient * xs[xAt + c]!;
        }
      }
    });
  }
}

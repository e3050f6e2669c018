// Plain float64 loops.
import { type ReferenceMemory, target } from '../../reference/memory.ts';
import type { SoftmaxBackward, SoftmaxForward } from './types.ts';

export function forward(instruction: SoftmaxForward, memory: ReferenceMemory): void {
  const { x } = instruction.reads;
  const [xs, ys] = [memory.of(x), memory.of(instruction.writes.y)];
  const width = x.shape.at(-1)!;
  for (let row = 0; row < xs.length; row += x.pitch) {
    let peak = -Infinity;
    for (let k = 0; k < width; k++) peak = Math.max(peak, xs[row + k]!);
    let sum = 0;
    for (let k = 0; k < width; k++) sum += Math.exp(xs[row + k]! - peak);
    for (let k = 0; k < width; k++) ys[row + k] = Math.exp(xs[row + k]! - peak) / sum;
  }
}

export function backward(instruction: SoftmaxBackward, memory: ReferenceMemory): void {
  const { y, dy } = instruction.reads;
  const [ys, dys] = [memory.of(y), memory.of(dy)];
  const dxs = target(memory, instruction.writes.dx, instruction.accumulate);
  const width = y.shape.at(-1)!;
  for (let row = 0; row < ys.length; row += y.pitch) {
    let dot = 0;
    for (let k = 0; k < width; k++) dot += ys[row + k]! * dys[row + k]!;
    for (let k = 0; k < width; k++) dxs[row + k]! += ys[row + k]! * (dys[row + k]! - dot);
  }
}

// Plain float64 loops.
import { type ReferenceMemory, target } from '../../reference/memory.ts';
import type { ConcatBackward, ConcatForward } from './types.ts';

export function forward(instruction: ConcatForward, memory: ReferenceMemory): void {
  const { y } = instruction.writes;
  const ys = memory.of(y);
  const pixels = ys.length / y.pitch;
  let channel = 0;
  for (const x of instruction.reads.xs) {
    const xs = memory.of(x);
    const channels = x.shape.at(-1)!;
    for (let p = 0; p < pixels; p++) {
      for (let c = 0; c < channels; c++) ys[p * y.pitch + channel + c] = xs[p * x.pitch + c]!;
    }
    channel += channels;
  }
}

export function backward(instruction: ConcatBackward, memory: ReferenceMemory): void {
  const { dy } = instruction.reads;
  const { dx } = instruction.writes;
  const dys = memory.of(dy);
  const dxs = target(memory, dx, instruction.accumulate);
  const pixels = dxs.length / dx.pitch;
  for (let p = 0; p < pixels; p++) {
    for (let c = 0; c < dx.shape.at(-1)!; c++)
      dxs[p * dx.pitch + c]! += dys[p * dy.pitch + instruction.channel + c]!;
  }
}

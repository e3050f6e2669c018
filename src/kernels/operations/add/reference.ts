// Plain float64 loops.
import { type ReferenceMemory, target } from '../../reference/memory.ts';
import type { AddBackward, AddForward } from './types.ts';

export function forward(instruction: AddForward, memory: ReferenceMemory): void {
  const ys = target(memory, instruction.writes.y, false);
  for (const x of instruction.reads.xs) {
    const xs = memory.of(x);
    for (let i = 0; i < ys.length; i++) ys[i]! += xs[i]!;
  }
}

export function backward(instruction: AddBackward, memory: ReferenceMemory): void {
  const dys = memory.of(instruction.reads.dy);
  const dxs = target(memory, instruction.writes.dx, instruction.accumulate);
  for (let i = 0; i < dxs.length; i++) dxs[i]! += dys[i]!;
}

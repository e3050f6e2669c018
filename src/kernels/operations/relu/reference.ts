// Plain float64 loops.
import { type ReferenceMemory, target } from '../../reference/memory.ts';
import type { ReluBackward, ReluForward } from './types.ts';

export function forward(instruction: ReluForward, memory: ReferenceMemory): void {
  const x = memory.of(instruction.reads.x);
  const y = memory.of(instruction.writes.y);
  for (let i = 0; i < x.length; i++) y[i] = x[i]! > 0 ? x[i]! : 0;
}

export function backward(instruction: ReluBackward, memory: ReferenceMemory): void {
  const x = memory.of(instruction.reads.x);
  const dy = memory.of(instruction.reads.dy);
  const dx = target(memory, instruction.writes.dx, instruction.accumulate);
  for (let i = 0; i < x.length; i++) if (x[i]! > 0) dx[i]! += dy[i]!;
}

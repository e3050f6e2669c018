// Plain float64 loops.
import { type ReferenceMemory, target } from '../../reference/memory.ts';
import type { ReluBackward, ReluForward } from './nodes.ts';

export function forward(node: ReluForward, memory: ReferenceMemory): void {
  const x = memory.of(node.reads.x);
  const y = memory.of(node.writes.y);
  for (let i = 0; i < x.length; i++) y[i] = x[i]! > 0 ? x[i]! : 0;
}

export function backward(node: ReluBackward, memory: ReferenceMemory): void {
  const x = memory.of(node.reads.x);
  const dy = memory.of(node.reads.dy);
  const dx = target(memory, node.writes.dx, node.accumulate);
  for (let i = 0; i < x.length; i++) if (x[i]! > 0) dx[i]! += dy[i]!;
}

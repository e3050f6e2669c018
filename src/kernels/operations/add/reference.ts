// Plain float64 loops.
import { type ReferenceMemory, target } from '../../reference/memory.ts';
import type { AddBackward, AddForward } from './nodes.ts';

export function forward(node: AddForward, memory: ReferenceMemory): void {
  const ys = target(memory, node.writes.y, false);
  for (const x of node.reads.xs) {
    const xs = memory.of(x);
    for (let i = 0; i < ys.length; i++) ys[i]! += xs[i]!;
  }
}

export function backward(node: AddBackward, memory: ReferenceMemory): void {
  const dys = memory.of(node.reads.dy);
  const dxs = target(memory, node.writes.dx, node.accumulate);
  for (let i = 0; i < dxs.length; i++) dxs[i]! += dys[i]!;
}

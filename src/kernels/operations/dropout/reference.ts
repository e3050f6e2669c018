// Plain float64 loops.
import { type ReferenceMemory, target } from '../../reference/memory.ts';
import type { DropoutBackward, DropoutForward } from './types.ts';

export function forward({ reads, writes }: DropoutForward, memory: ReferenceMemory): void {
  const [xs, mask, ys] = [memory.of(reads.x), memory.of(reads.mask), memory.of(writes.y)];
  for (let i = 0; i < ys.length; i++) ys[i] = xs[i]! * mask[i]!;
}

export function backward({ reads, writes, accumulate }: DropoutBackward, memory: ReferenceMemory): void {
  const [mask, dys] = [memory.of(reads.mask), memory.of(reads.dy)];
  const dxs = target(memory, writes.dx, accumulate);
  for (let i = 0; i < dxs.length; i++) dxs[i]! += dys[i]! * mask[i]!;
}

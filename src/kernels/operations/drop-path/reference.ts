// Plain float64 loops.
import { type ReferenceMemory, target } from '../../reference/memory.ts';
import { extent, type Tensor } from '../../tensor.ts';
import type { DropPathBackward, DropPathForward } from './types.ts';

/** Adds every image of `from`, scaled by its factor, to `into`. */
function scale(
  from: Tensor,
  factors: Tensor,
  column: number,
  into: Float64Array,
  memory: ReferenceMemory,
): void {
  const values = memory.of(from);
  const image = extent(from) / from.shape[0]!;
  for (let n = 0; n < from.shape[0]!; n++) {
    const factor = memory.of(factors)[n * factors.pitch + column]!;
    for (let i = n * image; i < (n + 1) * image; i++) into[i]! += factor * values[i]!;
  }
}

export function forward({ reads, writes, column }: DropPathForward, memory: ReferenceMemory): void {
  scale(reads.x, reads.factors, column, target(memory, writes.y, false), memory);
}

export function backward(instruction: DropPathBackward, memory: ReferenceMemory): void {
  const { dy, factors } = instruction.reads;
  scale(
    dy,
    factors,
    instruction.column,
    target(memory, instruction.writes.dx, instruction.accumulate),
    memory,
  );
}

// Plain float64 loops.
import { type ReferenceMemory, target } from '../../reference/memory.ts';
import type { EmbeddingBackward, EmbeddingForward } from './types.ts';

export function forward(instruction: EmbeddingForward, memory: ReferenceMemory): void {
  const { table, indices } = instruction.reads;
  const { y } = instruction.writes;
  const [rows, ys] = [memory.of(table), target(memory, y, false)];
  for (let n = 0; n < indices.shape[0]!; n++) {
    const row = memory.of(indices)[n * indices.pitch]!;
    const known = row >= 0 && row < table.shape[0]!;
    for (let c = 0; c < y.shape[1]!; c++) ys[n * y.pitch + c] = known ? rows[row * table.pitch + c]! : NaN;
  }
}

export function backward(instruction: EmbeddingBackward, memory: ReferenceMemory): void {
  const { indices, dy } = instruction.reads;
  const { dtable } = instruction.writes;
  const [dys, rows] = [memory.of(dy), memory.of(dtable)];
  for (let n = 0; n < indices.shape[0]!; n++) {
    const row = memory.of(indices)[n * indices.pitch]!;
    if (!(row >= 0 && row < dtable.shape[0]!)) continue;
    for (let c = 0; c < dy.shape[1]!; c++) rows[row * dtable.pitch + c]! += dys[n * dy.pitch + c]!;
  }
}

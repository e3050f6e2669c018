// Rows of a table on wasm.
import { extent } from '../../../tensor.ts';
import { bytesOf, type StageContext, type Stage } from '../../../wasm/stage.ts';
import type { EmbeddingBackward, EmbeddingForward } from '../types.ts';

const rowsPerChunk = 64;
const lanesPerChunk = 128;

export function forward({ reads, writes }: EmbeddingForward, context: StageContext): Stage[] {
  const { table, indices } = reads;
  const { y } = writes;
  const rows = indices.shape[0]!;
  const from = [context.address(table), table.shape[0]!, table.shape[1]!, table.pitch * 4];
  const places = [context.address(indices), indices.pitch * 4, context.address(y), rows, rowsPerChunk];
  const chunks = Math.ceil(rows / rowsPerChunk);
  return [{ kernel: 'embeddingForward', args: [...from, ...places], chunks, bytes: 2 * bytesOf(y) }];
}

export function backward({ reads, writes }: EmbeddingBackward, context: StageContext): Stage[] {
  const { indices, dy } = reads;
  const { dtable } = writes;
  const to = [context.address(dtable), dtable.shape[0]!, dtable.pitch, lanesPerChunk];
  const from = [context.address(indices), indices.pitch * 4, context.address(dy), indices.shape[0]!];
  return [
    {
      kernel: 'embeddingBackward',
      args: [...to, ...from],
      chunks: Math.ceil(dtable.pitch / lanesPerChunk),
      flops: extent(dy),
      bytes: 3 * bytesOf(dy),
    },
  ];
}

// Rows of a table on webgpu. Without atomics: a row of the gradient belongs to the first place that reads it.
import { extent } from '../../../tensor.ts';
import { bytesOf, type Dispatch, vectors } from '../../../webgpu/dispatch.ts';
import backwardShader from './backward.wgsl';
import forwardShader from './forward.wgsl';
import type { EmbeddingBackward, EmbeddingForward } from '../types.ts';

export function forward({ reads, writes }: EmbeddingForward): Dispatch[] {
  const { table } = reads;
  const { y } = writes;
  return [
    {
      shader: forwardShader,
      extents: { C4: y.pitch / 4, C: y.shape[1]!, ROWS: table.shape[0]! },
      reads,
      writes: { y },
      words: { unknown: { f32: NaN } },
      size: { threads: vectors(y) },
      flops: 0,
      bytes: 2 * bytesOf(y),
    },
  ];
}

export function backward({ reads, writes }: EmbeddingBackward): Dispatch[] {
  const { dtable } = writes;
  return [
    {
      shader: backwardShader,
      extents: { C4: dtable.pitch / 4, ROWS: dtable.shape[0]! },
      reads,
      writes: { dtable },
      words: { rows: reads.indices.shape[0]! },
      size: { threads: vectors(reads.dy) },
      flops: extent(reads.dy),
      bytes: 3 * bytesOf(reads.dy),
    },
  ];
}

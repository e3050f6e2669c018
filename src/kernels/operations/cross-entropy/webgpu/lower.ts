// Softmax cross-entropy on webgpu.
import { extent } from '../../../tensor.ts';
import { bytesOf, type Dispatch, type DispatchContext, vectors } from '../../../webgpu/dispatch.ts';
import backwardShader from './backward.wgsl';
import forwardShader from './forward.wgsl';
import meanShader from './mean.wgsl';
import type { CrossEntropyBackward, CrossEntropyForward } from '../types.ts';

export function forward(
  { reads, writes, smoothing, weight }: CrossEntropyForward,
  context: DispatchContext,
): Dispatch[] {
  const { logits, labels } = reads;
  const { loss, correct, probabilities } = writes;
  const images = logits.shape[0]!;
  const results = context.workspace(4 * images);
  return [
    {
      shader: forwardShader,
      extents: { K: logits.shape[1]!, K4: logits.pitch / 4 },
      reads: { logits, labels },
      writes: { probabilities, results },
      words: { classes: logits.shape[1]!, classes4: logits.pitch / 4, smoothing: { f32: smoothing } },
      size: { threads: images },
      flops: 6 * extent(logits),
      bytes: bytesOf(logits, labels, probabilities),
    },
    {
      shader: meanShader,
      reads: { results },
      writes: { loss, correct },
      words: { images, weight: { f32: weight } },
      size: { threads: 1 },
      flops: 2 * images,
      bytes: 16 * images,
    },
  ];
}

export function backward({ reads, writes, smoothing, weight, accumulate }: CrossEntropyBackward): Dispatch[] {
  const { probabilities, labels } = reads;
  const { dlogits } = writes;
  return [
    {
      shader: backwardShader,
      extents: { K: dlogits.shape[1]!, K4: dlogits.pitch / 4 },
      constants: { ACCUMULATE: accumulate },
      reads: { probabilities, labels },
      writes: { dlogits },
      words: { images: dlogits.shape[0]!, smoothing: { f32: smoothing }, weight: { f32: weight } },
      size: { threads: vectors(dlogits) },
      flops: 2 * extent(dlogits),
      bytes: bytesOf(probabilities, dlogits, accumulate ? dlogits : undefined),
    },
  ];
}

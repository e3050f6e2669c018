// Softmax of rows on webgpu: a row a thread, since alphas have few.
import { extent } from '../../../tensor.ts';
import { bytesOf, type Dispatch } from '../../../webgpu/dispatch.ts';
import backwardShader from './backward.wgsl';
import forwardShader from './forward.wgsl';
import type { SoftmaxBackward, SoftmaxForward } from '../types.ts';

export function forward({ reads, writes }: SoftmaxForward): Dispatch[] {
  const { x } = reads;
  const { y } = writes;
  return [
    {
      shader: forwardShader,
      extents: { K: x.shape.at(-1)!, K4: x.pitch / 4 },
      reads: { x },
      writes: { y },
      words: { columns: x.shape.at(-1)!, columns4: x.pitch / 4 },
      size: { threads: extent(x) / x.pitch },
      flops: 5 * extent(x),
      bytes: bytesOf(x, y),
    },
  ];
}

export function backward({ reads, writes, accumulate }: SoftmaxBackward): Dispatch[] {
  const { y, dy } = reads;
  const { dx } = writes;
  return [
    {
      shader: backwardShader,
      extents: { K4: y.pitch / 4 },
      constants: { ACCUMULATE: accumulate },
      reads: { y, dy },
      writes: { dx },
      words: { columns4: y.pitch / 4 },
      size: { threads: extent(y) / y.pitch },
      flops: 4 * extent(y),
      bytes: bytesOf(y, dy, dx, accumulate ? dx : undefined),
    },
  ];
}

// ReLU on webgpu: elementwise, spare lanes included (they stay zero).
import { bytesOf, type Dispatch, vectors } from '../../../webgpu/dispatch.ts';
import { extent } from '../../../tensor.ts';
import backwardShader from './backward.wgsl';
import forwardShader from './forward.wgsl';
import type { ReluBackward, ReluForward } from '../types.ts';

export function forward({ reads, writes }: ReluForward): Dispatch[] {
  const { x } = reads;
  const { y } = writes;
  const size = { threads: vectors(x) };
  return [
    { shader: forwardShader, reads: { x }, writes: { y }, size, flops: extent(x), bytes: bytesOf(x, y) },
  ];
}

export function backward({ reads, writes, accumulate }: ReluBackward): Dispatch[] {
  const { x, dy } = reads;
  const { dx } = writes;
  return [
    {
      shader: backwardShader,
      constants: { ACCUMULATE: accumulate },
      reads: { x, dy },
      writes: { dx },
      size: { threads: vectors(x) },
      flops: extent(x),
      bytes: bytesOf(x, dy, dx, accumulate ? dx : undefined),
    },
  ];
}

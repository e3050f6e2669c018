// Sums on webgpu: elementwise, spare lanes included (they stay zero).
import { bytesOf, type Dispatch, vectors } from '../../../webgpu/dispatch.ts';
import { extent } from '../../../tensor.ts';
import backwardShader from './backward.wgsl';
import forwardShader from './forward.wgsl';
import type { AddBackward, AddForward } from '../types.ts';

export function forward({ reads, writes }: AddForward): Dispatch[] {
  const { xs } = reads;
  const { y } = writes;
  const flops = extent(y) * (xs.length - 1);
  const size = { threads: vectors(y) };
  return [{ shader: forwardShader, reads: { xs }, writes: { y }, size, flops, bytes: bytesOf(...xs, y) }];
}

export function backward({ reads, writes, accumulate }: AddBackward): Dispatch[] {
  const { dy } = reads;
  const { dx } = writes;
  return [
    {
      shader: backwardShader,
      constants: { ACCUMULATE: accumulate },
      reads: { dy },
      writes: { dx },
      size: { threads: vectors(dy) },
      flops: accumulate ? extent(dy) : 0,
      bytes: bytesOf(dy, dx, accumulate ? dx : undefined),
    },
  ];
}

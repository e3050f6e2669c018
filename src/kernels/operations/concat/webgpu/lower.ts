// Concatenation on webgpu, by elements, since the channels of an image need not be a multiple of 4.
import { extent } from '../../../tensor.ts';
import { bytesOf, type Dispatch, vectors } from '../../../webgpu/dispatch.ts';
import { channelStarts } from '../../../webgpu/channel-starts.ts';
import backwardShader from './backward.wgsl';
import forwardShader from './forward.wgsl';
import type { ConcatBackward, ConcatForward } from '../types.ts';

export function forward({ reads, writes }: ConcatForward): Dispatch[] {
  const { xs } = reads;
  const { y } = writes;
  return [
    {
      shader: forwardShader,
      extents: { O: y.shape.at(-1)!, O4: y.pitch / 4 },
      reads: { xs },
      writes: { y },
      words: { starts: channelStarts(xs), pitches: xs.map(({ pitch }) => pitch) },
      size: { threads: vectors(y) },
      flops: 0,
      bytes: bytesOf(...xs, y),
    },
  ];
}

export function backward({ reads, writes, channel, accumulate }: ConcatBackward): Dispatch[] {
  const { dy } = reads;
  const { dx } = writes;
  return [
    {
      shader: backwardShader,
      extents: { C: dx.shape.at(-1)!, C4: dx.pitch / 4 },
      constants: { ACCUMULATE: accumulate },
      reads: { dy },
      writes: { dx },
      words: { channel, pitch: dy.pitch },
      size: { threads: vectors(dx) },
      flops: accumulate ? extent(dx) : 0,
      bytes: bytesOf(dx, dx, accumulate ? dx : undefined),
    },
  ];
}

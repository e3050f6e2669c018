// Global average pool on webgpu.
import { extent, imageShape } from '../../../tensor.ts';
import { channelStarts } from '../../../webgpu/channel-starts.ts';
import { bytesOf, type Dispatch, vectors } from '../../../webgpu/dispatch.ts';
import { longestSum } from '../../../webgpu/sums.ts';
import backwardShader from './backward.wgsl';
import forwardShader from './forward.wgsl';
import type { GlobalPoolBackward, GlobalPoolForward } from '../types.ts';

export function forward({ reads, writes }: GlobalPoolForward): Dispatch[] {
  const { xs } = reads;
  const { y } = writes;
  const { h, w } = imageShape(xs[0]!);
  return [
    {
      shader: forwardShader,
      extents: { O: y.shape.at(-1)!, O4: y.pitch / 4, LONGEST: longestSum },
      reads: { xs },
      writes: { y },
      words: { pixels: h * w, starts: channelStarts(xs), pitches: xs.map(({ pitch }) => pitch) },
      size: { threads: vectors(y) },
      flops: xs.reduce((sum, x) => sum + extent(x), 0),
      bytes: bytesOf(...xs, y),
    },
  ];
}

export function backward({ reads, writes, channel, accumulate }: GlobalPoolBackward): Dispatch[] {
  const { dy } = reads;
  const { dx } = writes;
  const { h, w, c } = imageShape(dx);
  return [
    {
      shader: backwardShader,
      extents: { C: c, C4: dx.pitch / 4, PIXELS: h * w },
      constants: { ACCUMULATE: accumulate },
      reads: { dy },
      writes: { dx },
      words: { channel, pitch: dy.pitch },
      size: { threads: vectors(dx) },
      flops: extent(dx),
      bytes: bytesOf(dx, accumulate ? dx : undefined),
    },
  ];
}

// Channels of images in any order on webgpu, by elements.
import { extent } from '../../../tensor.ts';
import { bytesOf, type Dispatch, vectors } from '../../../webgpu/dispatch.ts';
import backwardShader from './backward.wgsl';
import forwardShader from './forward.wgsl';
import type { SelectBackward, SelectForward } from '../types.ts';

export function forward({ reads, writes, channels }: SelectForward): Dispatch[] {
  const { xs } = reads;
  const { y } = writes;
  const places = xs.flatMap((x, k) => Array.from({ length: x.shape.at(-1)! }, (_, c) => ({ k, c })));
  return [
    {
      shader: forwardShader,
      extents: { O: channels.length, O4: y.pitch / 4 },
      reads: { xs },
      writes: { y },
      words: {
        inputs: channels.map((channel) => places[channel]!.k),
        channels: channels.map((channel) => places[channel]!.c),
        pitches: xs.map(({ pitch }) => pitch),
      },
      size: { threads: vectors(y) },
      flops: 0,
      bytes: 2 * bytesOf(y),
    },
  ];
}

export function backward({ reads, writes, channels, accumulate }: SelectBackward): Dispatch[] {
  const { dy } = reads;
  const { dx } = writes;
  return [
    {
      shader: backwardShader,
      extents: { C: channels.length, C4: dx.pitch / 4 },
      constants: { ACCUMULATE: accumulate },
      reads: { dy },
      writes: { dx },
      words: { channels: channels.map((channel) => channel + 1), pitch: dy.pitch },
      size: { threads: vectors(dx) },
      flops: accumulate ? extent(dx) : 0,
      bytes: bytesOf(dx, dx, accumulate ? dx : undefined),
    },
  ];
}

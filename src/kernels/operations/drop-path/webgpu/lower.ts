// Drop path on webgpu: elementwise, spare lanes included (they stay zero).
import { extent, type Tensor } from '../../../tensor.ts';
import { bytesOf, type Dispatch, vectors } from '../../../webgpu/dispatch.ts';
import backwardShader from './backward.wgsl';
import forwardShader from './forward.wgsl';
import type { DropPathBackward, DropPathForward } from '../types.ts';

/** vec4s of an image, and elements of a row of factors. */
function extentsOf(x: Tensor, factors: Tensor) {
  return { IMAGE: vectors(x) / x.shape[0]!, PITCH: factors.pitch };
}

export function forward({ reads, writes, column }: DropPathForward): Dispatch[] {
  const { x, factors } = reads;
  const { y } = writes;
  return [
    {
      shader: forwardShader,
      extents: extentsOf(x, factors),
      reads: { x, factors },
      writes: { y },
      words: { column },
      size: { threads: vectors(x) },
      flops: extent(x),
      bytes: bytesOf(x, y),
    },
  ];
}

export function backward({ reads, writes, column, accumulate }: DropPathBackward): Dispatch[] {
  const { factors, dy } = reads;
  const { dx } = writes;
  return [
    {
      shader: backwardShader,
      extents: extentsOf(dy, factors),
      constants: { ACCUMULATE: accumulate },
      reads: { factors, dy },
      writes: { dx },
      words: { column },
      size: { threads: vectors(dy) },
      flops: extent(dy),
      bytes: bytesOf(dy, dx, accumulate ? dx : undefined),
    },
  ];
}

// Pools on webgpu. The backward of max pool finds the largest again instead of remembering it.
import { extent, type Tensor } from '../../../tensor.ts';
import { bytesOf, type Dispatch, imageExtents, vectors } from '../../../webgpu/dispatch.ts';
import backwardShader from './backward.wgsl';
import forwardShader from './forward.wgsl';
import type { PoolBackward, PoolForward, PoolWindow } from '../types.ts';

function extentsOf(x: Tensor, y: Tensor, { kernel, stride, padding }: PoolWindow) {
  return {
    ...imageExtents(x, y),
    C4: x.pitch / 4,
    K: kernel,
    STRIDE: stride,
    PADDING: padding,
  };
}

export function forward(instruction: PoolForward): Dispatch[] {
  const { x } = instruction.reads;
  const { y } = instruction.writes;
  return [
    {
      shader: forwardShader,
      extents: extentsOf(x, y, instruction),
      constants: { MAX: instruction.mode === 'max' },
      reads: { x },
      writes: { y },
      words: { kernel: instruction.kernel },
      size: { threads: vectors(y) },
      flops: extent(y) * instruction.kernel ** 2,
      bytes: bytesOf(x, y),
    },
  ];
}

export function backward(instruction: PoolBackward): Dispatch[] {
  const { x, dy } = instruction.reads;
  const { dx } = instruction.writes;
  return [
    {
      shader: backwardShader,
      extents: extentsOf(x, dy, instruction),
      constants: { MAX: instruction.mode === 'max', ACCUMULATE: instruction.accumulate },
      reads: { x, dy },
      writes: { dx },
      words: { kernel: instruction.kernel },
      size: { threads: vectors(dx) },
      flops: extent(dy) * instruction.kernel ** 2,
      bytes: bytesOf(x, dy, dx, instruction.accumulate ? dx : undefined),
    },
  ];
}

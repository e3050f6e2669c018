// Pools on webgpu. The backward of max pool finds the largest again instead of remembering it.
import { extent, imageShape, type Tensor } from '../../tensor.ts';
import { bytesOf, type Dispatch, vectors } from '../../webgpu/dispatch.ts';
import backwardShader from './backward.wgsl';
import forwardShader from './forward.wgsl';
import type { PoolBackward, PoolForward, PoolWindow } from './nodes.ts';

function extentsOf(x: Tensor, y: Tensor, { kernel, stride, padding }: PoolWindow) {
  const [from, to] = [imageShape(x), imageShape(y)];
  return {
    H: from.h,
    W: from.w,
    OH: to.h,
    OW: to.w,
    C4: x.pitch / 4,
    K: kernel,
    STRIDE: stride,
    PADDING: padding,
  };
}

export function forward(node: PoolForward): Dispatch[] {
  const { x } = node.reads;
  const { y } = node.writes;
  return [
    {
      shader: forwardShader,
      extents: extentsOf(x, y, node),
      constants: { MAX: node.mode === 'max' },
      reads: { x },
      writes: { y },
      words: { kernel: node.kernel },
      size: { threads: vectors(y) },
      flops: extent(y) * node.kernel ** 2,
      bytes: bytesOf(x, y),
    },
  ];
}

export function backward(node: PoolBackward): Dispatch[] {
  const { x, dy } = node.reads;
  const { dx } = node.writes;
  return [
    {
      shader: backwardShader,
      extents: extentsOf(x, dy, node),
      constants: { MAX: node.mode === 'max', ACCUMULATE: node.accumulate },
      reads: { x, dy },
      writes: { dx },
      words: { kernel: node.kernel },
      size: { threads: vectors(dx) },
      flops: extent(dy) * node.kernel ** 2,
      bytes: bytesOf(x, dy, dx, node.accumulate ? dx : undefined),
    },
  ];
}

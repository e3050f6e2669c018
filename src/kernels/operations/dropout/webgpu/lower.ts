// Dropout on webgpu: elementwise, spare lanes included (they stay zero).
import { extent, type Tensor } from '../../../tensor.ts';
import { bytesOf, type Dispatch, vectors } from '../../../webgpu/dispatch.ts';
import type { DropoutBackward, DropoutForward } from '../types.ts';
import productShader from './product.wgsl';

function product(from: Tensor, mask: Tensor, to: Tensor, accumulate: boolean): Dispatch {
  return {
    shader: productShader,
    constants: { ACCUMULATE: accumulate },
    reads: { from, mask },
    writes: { to },
    size: { threads: vectors(to) },
    flops: extent(to),
    bytes: bytesOf(from, mask, to, accumulate ? to : undefined),
  };
}

export function forward({ reads, writes }: DropoutForward): Dispatch[] {
  return [product(reads.x, reads.mask, writes.y, false)];
}

export function backward({ reads, writes, accumulate }: DropoutBackward): Dispatch[] {
  return [product(reads.dy, reads.mask, writes.dx, accumulate)];
}

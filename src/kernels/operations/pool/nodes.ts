// Pooling: 3x3 padded by 1, or 2x2 unpadded. Padding is -infinity for max and does not count for the average.
import type { Tensor } from '../../tensor.ts';

export interface PoolWindow {
  readonly mode: 'max' | 'average';
  readonly kernel: 2 | 3;
  readonly stride: 1 | 2;
}

export interface PoolForward extends PoolWindow {
  readonly reads: { readonly x: Tensor };
  readonly writes: { readonly y: Tensor };
}

export interface PoolBackward extends PoolWindow {
  readonly reads: { readonly x: Tensor; readonly dy: Tensor };
  readonly writes: { readonly dx: Tensor };
  /** dx is added to, not overwritten. */
  readonly accumulate: boolean;
}

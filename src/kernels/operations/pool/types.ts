// Pooling. Padding is -infinity for max and does not count for the average.
import type { Tensor } from '../../tensor.ts';
import { type InputGradient, type Instructions, instructionsOf } from '../../plan.ts';

export interface PoolWindow {
  readonly mode: 'max' | 'average';
  /** At most 4 for max. */
  readonly kernel: number;
  /** 0 where all windows are the same. */
  readonly stride: number;
  /** Pixels at every side. */
  readonly padding: number;
}

export interface PoolForward extends PoolWindow {
  readonly reads: { readonly x: Tensor };
  readonly writes: { readonly y: Tensor };
}

export interface PoolBackward extends PoolWindow, InputGradient {
  readonly reads: { readonly x: Tensor; readonly dy: Tensor };
}

export const instructions: Instructions<PoolForward, PoolBackward> = instructionsOf('pool');

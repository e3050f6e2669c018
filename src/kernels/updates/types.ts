// Operations on whole arenas and scalars: what optimizers, norms and snapshots are made of. Not differentiable.
// Scalars that change from step to step (rates) are tensors of shape [1] that the host writes before a run.

import type { Instruction } from '../plan.ts';
import type { Tensor, Vector } from '../tensor.ts';

/**
 * SGD with momentum, coupled weight decay and clipping (PyTorch's order): g = gradient * min(1, clip / (norm +
 * 1e-6)) + decay * w; m = momentum * m + g; w = w - rate * m.
 */
export interface Sgd {
  readonly reads: { readonly gradient: Vector; readonly rate: Tensor; readonly norm?: Tensor };
  /** Both in place. */
  readonly writes: { readonly weights: Vector; readonly velocity: Vector };
  readonly momentum: number;
  readonly weightDecay: number;
  /** The largest norm of the gradient; only with `norm`. */
  readonly clip?: number;
}

/**
 * Adam with coupled weight decay (Kingma and Ba 2015, algorithm 1; PyTorch's form): g = gradient + decay * w;
 * m = b1 * m + (1 - b1) * g; v = b2 * v + (1 - b2) * g^2; w = w - rate / c1 * m / (sqrt(v) / sqrt(c2) + eps).
 */
export interface Adam {
  /** corrections: [2], c1 = 1 - b1^t and c2 = 1 - b2^t. */
  readonly reads: { readonly gradient: Vector; readonly rate: Tensor; readonly corrections: Tensor };
  /** All in place. */
  readonly writes: { readonly weights: Vector; readonly first: Vector; readonly second: Vector };
  readonly betas: readonly [number, number];
  readonly epsilon: number;
  readonly weightDecay: number;
}

/** out = base + factor * scale * x; out may be base. */
export interface Axpy {
  readonly reads: { readonly base: Vector; readonly x: Vector; readonly scale?: Tensor };
  readonly writes: { readonly out: Vector };
  readonly factor: number;
}

/** out = L2 norm of x. */
export interface Norm {
  readonly reads: { readonly x: Vector };
  readonly writes: { readonly out: Tensor };
}

/** Snapshot and restore. */
export interface Copy {
  readonly reads: { readonly from: Vector };
  readonly writes: { readonly to: Vector };
}

/** out = factor * numerator / denominator, and 0 where the denominator is 0. */
export interface Quotient {
  readonly reads: { readonly numerator?: Tensor; readonly denominator: Tensor };
  readonly writes: { readonly out: Tensor };
  readonly factor: number;
}

/** ring[slot, i] = values[i]: results of a step kept on the device until the host reads them. */
export interface RecordScalars {
  /** slot: [1], a whole number below the ring's rows; values: scalars. */
  readonly reads: { readonly slot: Tensor; readonly values: readonly Tensor[] };
  /** ring: [rows, values]. */
  readonly writes: { readonly ring: Tensor };
}

/**
 * Running statistics of a batch norm (PyTorch's): mean and variance move to those of the batch by `momentum`, the
 * variance of the batch being the unbiased one, var * pixels / (pixels - 1). A single pixel has variance 0.
 */
export interface TrackStatistics {
  /** statistics: [2, C], mean above 1 / sqrt(var + eps). */
  readonly reads: { readonly statistics: Tensor };
  /** [C] each, in place. */
  readonly writes: { readonly mean: Tensor; readonly variance: Tensor };
  readonly momentum: number;
  /** N * H * W, what the statistics run over. */
  readonly pixels: number;
}

/** Makes the instructions of the updates. */
export const updates: {
  sgd(operands: Sgd): Instruction;
  adam(operands: Adam): Instruction;
  axpy(operands: Axpy): Instruction;
  norm(operands: Norm): Instruction;
  copy(operands: Copy): Instruction;
  quotient(operands: Quotient): Instruction;
  record(operands: RecordScalars): Instruction;
  track(operands: TrackStatistics): Instruction;
} = {
  sgd: (operands) => ({ op: 'sgd', pass: 'update', ...operands }),
  adam: (operands) => ({ op: 'adam', pass: 'update', ...operands }),
  axpy: (operands) => ({ op: 'axpy', pass: 'update', ...operands }),
  norm: (operands) => ({ op: 'norm', pass: 'update', ...operands }),
  copy: (operands) => ({ op: 'copy', pass: 'update', ...operands }),
  quotient: (operands) => ({ op: 'quotient', pass: 'update', ...operands }),
  record: (operands) => ({ op: 'record', pass: 'update', ...operands }),
  track: (operands) => ({ op: 'track', pass: 'update', ...operands }),
};

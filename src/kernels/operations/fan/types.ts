// A fan: everything that edges leaving one state with one stride compute from that state, once. Pools and their
// statistics; the convolution branches of all its edges, left before their last batch norm, with the statistics.
// `nodeSum` scales by alpha, normalises and sums.
import type { DeferredGradient } from '../../deferred-gradient.ts';
import type { Tensor } from '../../tensor.ts';
import { type Instructions, instructionsOf } from '../../plan.ts';

/** ReLU, depthwise k with dilation, 1x1 convolution. */
export interface DepthwiseHalf {
  readonly kernel: number;
  readonly dilation: number;
}

/** A branch takes the fan's stride in its first convolution; every half is followed by a batch norm. */
export type BranchKind =
  /** One half (dil_conv) or two (sep_conv). weights: per half depthwise [k, k, C] and pointwise [C, C]. */
  | { readonly kind: 'separable'; readonly halves: readonly DepthwiseHalf[] }
  /** ReLU, dense k x k convolution. weights: [k, k, C, C]. */
  | { readonly kind: 'dense'; readonly kernel: number }
  /** ReLU, factorized reduce (stride 2 only). weights: two [C, C/2]. */
  | { readonly kind: 'reduce' };

export type FanBranch = BranchKind & { readonly weights: readonly Tensor[] };

/** What a branch leaves behind: per half the output before its batch norm, and its [2, C] statistics. */
export interface BranchOutput {
  readonly raw: readonly Tensor[];
  readonly statistics: readonly Tensor[];
}

export interface PoolOutput {
  readonly mode: 'max' | 'average';
  readonly y: Tensor;
  /** [2, C]; absent where the space does not normalise its pools. */
  readonly statistics?: Tensor;
}

export interface FanForward {
  readonly reads: { readonly x: Tensor; readonly branches: readonly FanBranch[] };
  readonly writes: { readonly pools: readonly PoolOutput[]; readonly branches: readonly BranchOutput[] };
  readonly stride: 1 | 2;
}

export interface FanBackward {
  readonly reads: {
    readonly x: Tensor;
    readonly branches: readonly (FanBranch & BranchOutput & { readonly deferred: DeferredGradient })[];
    readonly pools: readonly (PoolOutput & { readonly deferredGradients: readonly DeferredGradient[] })[];
    /** Edges that pass x itself on (stride 1). */
    readonly identities: readonly DeferredGradient[];
  };
  /** dweights: by branch, all or none. */
  readonly writes: { readonly dx?: Tensor; readonly dweights?: readonly (readonly Tensor[])[] };
  readonly stride: 1 | 2;
  /** dx is added to, not overwritten; dweights are always overwritten. */
  readonly accumulate: boolean;
}

export const instructions: Instructions<FanForward, FanBackward> = instructionsOf('fan');

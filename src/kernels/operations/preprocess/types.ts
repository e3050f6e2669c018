// What a cell does to its input: ReLU, 1x1 convolution (or factorized reduce), batch norm without affine. The
// input may be a virtual concatenation: several images whose channels follow one another.
import type { Tensor } from '../../tensor.ts';
import { type Instructions, instructionsOf } from '../../plan.ts';

export interface PreprocessForward {
  /** weights: one [Cin, C], or the two [Cin, C/2] of a factorized reduce. Cin is the sum over xs. */
  readonly reads: { readonly xs: readonly Tensor[]; readonly weights: readonly Tensor[] };
  /** y: normalised; statistics: [2, C], mean above inverse deviation. */
  readonly writes: { readonly y: Tensor; readonly statistics: Tensor };
}

export interface PreprocessBackward {
  readonly reads: {
    readonly xs: readonly Tensor[];
    readonly weights: readonly Tensor[];
    readonly y: Tensor;
    readonly statistics: Tensor;
    readonly dy: Tensor;
  };
  /** dxs: by input; null where not wanted. dweights: all or none. */
  readonly writes: { readonly dxs: readonly (Tensor | null)[]; readonly dweights?: readonly Tensor[] };
  /** By input: dx is added to, not overwritten; dweights are always overwritten. */
  readonly accumulate: readonly boolean[];
}

export const instructions: Instructions<PreprocessForward, PreprocessBackward> = instructionsOf('preprocess');

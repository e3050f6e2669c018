// A network that is trained from scratch, as plans see it.

import type { Graph } from '../kernels/graph.ts';
import type { Tensor } from '../kernels/tensor.ts';
import type { NormForm } from './norms.ts';
import type { Parameters } from './parameters.ts';

export interface TrainableOutputs {
  /** [N, classes] */
  readonly logits: Tensor;
  /** [N, classes]: of a second classifier, in training only. */
  readonly auxiliary?: Tensor;
}

export interface Trainable {
  /** Number of paths that drop path may drop. */
  readonly paths: number;
  /** images: [N, H, W, C]; factors: [N, paths], where paths are dropped. */
  build(
    graph: Graph,
    parameters: Parameters,
    images: Tensor,
    norms: Exclude<NormForm, 'search'>,
    factors?: Tensor,
  ): TrainableOutputs;
}

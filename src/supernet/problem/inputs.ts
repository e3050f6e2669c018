// Tensors that the host fills before a program runs: batches.

import type { PlanBuilder } from '../../kernels/graph.ts';
import type { Tensor } from '../../kernels/tensor.ts';

export interface BatchTensors {
  /** [N, H, W, C] */
  readonly images: Tensor;
  /** [N, 1] */
  readonly labels: Tensor;
}

export interface ImageSize {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/** Images [N, H, W, C] and labels [N, 1] under a name. */
export function declareBatch(
  builder: PlanBuilder,
  name: string,
  size: number,
  image: ImageSize,
): BatchTensors {
  return {
    images: builder.persistent('inputs', `${name}/images`, [size, image.height, image.width, image.channels]),
    labels: builder.persistent('inputs', `${name}/labels`, [size, 1]),
  };
}

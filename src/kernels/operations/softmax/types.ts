// Softmax of every row: y[e,k] = exp(x[e,k] - max_k x[e,k]) / sum_k of the same.
import type { ReluForward } from '../relu/types.ts';
import type { Tensor } from '../../tensor.ts';
import { type InputGradient, type Instructions, instructionsOf } from '../../plan.ts';

export type SoftmaxForward = ReluForward;

export interface SoftmaxBackward extends InputGradient {
  readonly reads: { readonly y: Tensor; readonly dy: Tensor };
}

export const instructions: Instructions<SoftmaxForward, SoftmaxBackward> = instructionsOf('softmax');

// Softmax cross-entropy, mean over the batch, with the number of images whose largest logit is their label's.
// Labels may be smoothed (Szegedy et al. 2016): q[n, k] = (1 - smoothing) * [k = label_n] + smoothing / K.
import type { Tensor } from '../../tensor.ts';
import { type Instructions, instructionsOf } from '../../plan.ts';

export interface CrossEntropyOptions {
  /** 0 to 1; 0 for hard labels. */
  readonly smoothing: number;
  /** Factor of the loss, and so of its gradient: 1, or less for an auxiliary head. */
  readonly weight: number;
}

export interface CrossEntropyForward extends CrossEntropyOptions {
  /** logits: [N, K]; labels: [N, 1], whole numbers. */
  readonly reads: { readonly logits: Tensor; readonly labels: Tensor };
  /** loss, correct: [1]; probabilities: [N, K]. */
  readonly writes: { readonly loss: Tensor; readonly correct: Tensor; readonly probabilities: Tensor };
}

export interface CrossEntropyBackward extends CrossEntropyOptions {
  readonly reads: { readonly probabilities: Tensor; readonly labels: Tensor };
  readonly writes: { readonly dlogits: Tensor };
  /** dlogits is added to, not overwritten. */
  readonly accumulate: boolean;
}

export const instructions: Instructions<CrossEntropyForward, CrossEntropyBackward> =
  instructionsOf('crossEntropy');

// Softmax cross-entropy, mean over the batch, with the number of images whose largest logit is their label's.
import type { Tensor } from '../../tensor.ts';

export interface CrossEntropyForward {
  /** logits: [N, K]; labels: [N, 1], whole numbers. */
  readonly reads: { readonly logits: Tensor; readonly labels: Tensor };
  /** loss, correct: [1]; probabilities: [N, K]. */
  readonly writes: { readonly loss: Tensor; readonly correct: Tensor; readonly probabilities: Tensor };
}

export interface CrossEntropyBackward {
  readonly reads: { readonly probabilities: Tensor; readonly labels: Tensor };
  readonly writes: { readonly dlogits: Tensor };
  /** dlogits is added to, not overwritten. */
  readonly accumulate: boolean;
}

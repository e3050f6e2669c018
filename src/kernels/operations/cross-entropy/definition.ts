// loss = -weight * mean_n sum_k q[n,k] log p[n,k], p = softmax(logits), q: the labels, one-hot or smoothed;
// dlogits[n,k] = weight * (p[n,k] - q[n,k]) / N
import type { Graph } from '../../graph.ts';
import type { Tensor } from '../../tensor.ts';
import type { CrossEntropyOptions } from './types.ts';
import { instructions } from './types.ts';

export interface CrossEntropyOutput {
  /** [1]: mean loss of the batch, times the weight. */
  readonly loss: Tensor;
  /** [1]: correctly classified images. */
  readonly correct: Tensor;
}

/** logits: [N, K], labels: [N, 1]. The loss is where differentiation starts: its own gradient is 1. */
export function crossEntropy(
  graph: Graph,
  logits: Tensor,
  labels: Tensor,
  { smoothing = 0, weight = 1 }: Partial<CrossEntropyOptions> = {},
): CrossEntropyOutput {
  const options = { smoothing, weight };
  const loss = graph.activation('loss', [1]);
  const correct = graph.activation('correct', [1]);
  const probabilities = graph.activation('probabilities', logits.shape);
  const reads = { logits, labels };
  const writes = { loss, correct, probabilities };
  graph.emit(instructions.forward({ reads, writes, ...options }));
  graph.onBackward([logits], [loss], (gradients) => {
    if (gradients.reaches(loss))
      throw new Error(`${loss.name} is where differentiation starts, not on the way`);
    const target = gradients.into(logits);
    if (target === undefined) return;
    const { tensor: dlogits, accumulate } = target;
    const reads = { probabilities, labels };
    graph.emit(instructions.backward({ reads, writes: { dlogits }, accumulate, ...options }));
  });
  return { loss, correct };
}

// loss = -mean_n log p[n, label_n], p = softmax(logits); dlogits[n,k] = (p[n,k] - [k = label_n]) / N
import type { Graph } from '../../graph.ts';
import type { Tensor } from '../../tensor.ts';

export interface Outcome {
  /** [1]: mean loss of the batch. */
  readonly loss: Tensor;
  /** [1]: correctly classified images. */
  readonly correct: Tensor;
}

/** logits: [N, K], labels: [N, 1]. The loss is where differentiation starts: its own gradient is 1. */
export function crossEntropy(graph: Graph, logits: Tensor, labels: Tensor): Outcome {
  const loss = graph.activation('loss', [1]);
  const correct = graph.activation('correct', [1]);
  const probabilities = graph.activation('probabilities', logits.shape);
  const reads = { logits, labels };
  graph.emit({ op: 'crossEntropy', pass: 'forward', reads, writes: { loss, correct, probabilities } });
  graph.onBackward([logits], [loss], (gradients) => {
    if (gradients.reaches(loss))
      throw new Error(`${loss.name} is where differentiation starts, not on the way`);
    const target = gradients.into(logits);
    if (target === undefined) return;
    const { tensor: dlogits, accumulate } = target;
    const reads = { probabilities, labels };
    graph.emit({ op: 'crossEntropy', pass: 'backward', reads, writes: { dlogits }, accumulate });
  });
  return { loss, correct };
}

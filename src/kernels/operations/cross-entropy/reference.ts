// Plain float64 loops.
import { type ReferenceMemory, target } from '../../reference/memory.ts';
import type { CrossEntropyBackward, CrossEntropyForward } from './types.ts';

export function forward(instruction: CrossEntropyForward, memory: ReferenceMemory): void {
  const { logits, labels } = instruction.reads;
  const { loss, correct, probabilities } = instruction.writes;
  const [xs, ls, ps] = [memory.of(logits), memory.of(labels), memory.of(probabilities)];
  const [batch, classes] = [logits.shape[0]!, logits.shape[1]!];
  let lossSum = 0;
  let hits = 0;
  for (let n = 0; n < batch; n++) {
    const row = n * logits.pitch;
    let best = 0;
    for (let k = 1; k < classes; k++) if (xs[row + k]! > xs[row + best]!) best = k;
    let sum = 0;
    for (let k = 0; k < classes; k++) sum += Math.exp(xs[row + k]! - xs[row + best]!);
    for (let k = 0; k < classes; k++) ps[row + k] = Math.exp(xs[row + k]! - xs[row + best]!) / sum;
    const label = ls[n * labels.pitch]!;
    const surprise = (k: number): number => Math.log(sum) - (xs[row + k]! - xs[row + best]!);
    lossSum += (1 - instruction.smoothing) * surprise(label);
    for (let k = 0; k < classes; k++) lossSum += (instruction.smoothing / classes) * surprise(k);
    if (label === best) hits++;
  }
  memory.of(loss)[0] = (instruction.weight * lossSum) / batch;
  memory.of(correct)[0] = hits;
}

export function backward(instruction: CrossEntropyBackward, memory: ReferenceMemory): void {
  const { probabilities, labels } = instruction.reads;
  const { dlogits } = instruction.writes;
  const [ps, ls] = [memory.of(probabilities), memory.of(labels)];
  const dxs = target(memory, dlogits, instruction.accumulate);
  const [batch, classes] = [dlogits.shape[0]!, dlogits.shape[1]!];
  for (let n = 0; n < batch; n++) {
    const label = ls[n * labels.pitch]!;
    for (let k = 0; k < classes; k++) {
      const truth = (label === k ? 1 - instruction.smoothing : 0) + instruction.smoothing / classes;
      dxs[n * dlogits.pitch + k]! += (instruction.weight * (ps[n * dlogits.pitch + k]! - truth)) / batch;
    }
  }
}

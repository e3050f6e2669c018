// Softmax cross-entropy on wasm.
import { bytesOf, float64, type LoweringContext, type Stage } from '../../wasm/stage.ts';
import type { CrossEntropyBackward, CrossEntropyForward } from './nodes.ts';

const rowsPerChunk = 16;

export function forward(node: CrossEntropyForward, context: LoweringContext): Stage[] {
  const { logits, labels } = node.reads;
  const { loss, correct, probabilities } = node.writes;
  const [rows, classes] = [logits.shape[0]!, logits.shape[1]!];
  const chunks = Math.ceil(rows / rowsPerChunk);
  const partials = context.workspace(chunks * 16);
  const inputs = [context.address(logits), context.address(labels), labels.pitch * 4];
  const sizes = [rows, classes, logits.pitch * 4, rowsPerChunk];
  const totals = [partials, chunks, rows];
  return [
    {
      kernel: 'crossEntropyRows',
      args: [...inputs, context.address(probabilities), ...sizes, partials, ...float64(node.smoothing)],
      chunks,
      flops: 5 * rows * classes,
      bytes: bytesOf(logits, probabilities),
    },
    {
      kernel: 'crossEntropyTotals',
      args: [...totals, context.address(loss), context.address(correct), ...float64(node.weight)],
      chunks: 1,
    },
  ];
}

export function backward(node: CrossEntropyBackward, context: LoweringContext): Stage[] {
  const { probabilities, labels } = node.reads;
  const { dlogits } = node.writes;
  const [rows, classes] = [dlogits.shape[0]!, dlogits.shape[1]!];
  const inputs = [context.address(probabilities), context.address(labels), labels.pitch * 4];
  const sizes = [rows, classes, dlogits.pitch * 4, rowsPerChunk];
  const factors = [...float64(node.smoothing), ...float64(node.weight)];
  return [
    {
      kernel: 'crossEntropyBackward',
      args: [...inputs, context.address(dlogits), ...sizes, Number(node.accumulate), ...factors],
      chunks: Math.ceil(rows / rowsPerChunk),
      flops: 2 * rows * classes,
      bytes: bytesOf(probabilities, dlogits),
    },
  ];
}

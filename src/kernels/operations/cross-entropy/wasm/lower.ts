// Softmax cross-entropy on wasm.
import { bytesOf, float64, type StageContext, type Stage } from '../../../wasm/stage.ts';
import type { CrossEntropyBackward, CrossEntropyForward } from '../types.ts';

const rowsPerChunk = 16;

export function forward(instruction: CrossEntropyForward, context: StageContext): Stage[] {
  const { logits, labels } = instruction.reads;
  const { loss, correct, probabilities } = instruction.writes;
  const [rows, classes] = [logits.shape[0]!, logits.shape[1]!];
  const chunks = Math.ceil(rows / rowsPerChunk);
  const partials = context.workspace(chunks * 16);
  const inputs = [context.address(logits), context.address(labels), labels.pitch * 4];
  const sizes = [rows, classes, logits.pitch * 4, rowsPerChunk];
  const totals = [partials, chunks, rows];
  return [
    {
      kernel: 'crossEntropyRows',
      args: [
        ...inputs,
        context.address(probabilities),
        ...sizes,
        partials,
        ...float64(instruction.smoothing),
      ],
      chunks,
      flops: 5 * rows * classes,
      bytes: bytesOf(logits, probabilities),
    },
    {
      kernel: 'crossEntropyTotals',
      args: [...totals, context.address(loss), context.address(correct), ...float64(instruction.weight)],
      chunks: 1,
    },
  ];
}

export function backward(instruction: CrossEntropyBackward, context: StageContext): Stage[] {
  const { probabilities, labels } = instruction.reads;
  const { dlogits } = instruction.writes;
  const [rows, classes] = [dlogits.shape[0]!, dlogits.shape[1]!];
  const inputs = [context.address(probabilities), context.address(labels), labels.pitch * 4];
  const sizes = [rows, classes, dlogits.pitch * 4, rowsPerChunk];
  const factors = [...float64(instruction.smoothing), ...float64(instruction.weight)];
  return [
    {
      kernel: 'crossEntropyBackward',
      args: [...inputs, context.address(dlogits), ...sizes, Number(instruction.accumulate), ...factors],
      chunks: Math.ceil(rows / rowsPerChunk),
      flops: 2 * rows * classes,
      bytes: bytesOf(probabilities, dlogits),
    },
  ];
}

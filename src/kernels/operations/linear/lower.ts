// Linear layer on wasm.
import { bytesOf, type LoweringContext, type Stage, sumPartials } from '../../wasm/stage.ts';
import type { LinearBackward, LinearForward } from './nodes.ts';

/** Rows in a chunk: of products, and of the weights' gradient. */
const rowsPerChunk = 8;
const rowsPerPartial = 64;

export function forward(node: LinearForward, context: LoweringContext): Stage[] {
  const { x, weight, bias } = node.reads;
  const { y } = node.writes;
  const [rows, inputs] = [x.shape[0]!, weight.shape[0]!];
  const matrix = [context.address(weight), inputs, y.pitch];
  const args = [context.address(x), x.pitch * 4, ...matrix, context.address(bias), context.address(y)];
  return [
    {
      kernel: 'linearForward',
      args: [...args, rows, rowsPerChunk],
      chunks: Math.ceil(rows / rowsPerChunk),
      flops: 2 * rows * inputs * weight.shape[1]!,
      bytes: bytesOf(x, weight, y),
    },
  ];
}

export function backward(node: LinearBackward, context: LoweringContext): Stage[] {
  const { x, weight, dy } = node.reads;
  const { dx, dweight, dbias } = node.writes;
  const rows = x.shape[0]!;
  const [inputs, outputs] = [weight.shape[0]!, weight.shape[1]!];
  const flops = 2 * rows * inputs * outputs;
  const stages: Stage[] = [];
  if (dx) {
    const bytes = outputs * dx.pitch * 4;
    const transposed = context.workspace(bytes);
    const from = [context.address(weight), weight.pitch * 4, inputs, outputs];
    stages.push({ kernel: 'linearTranspose', args: [...from, transposed, dx.pitch * 4, bytes], chunks: 1 });
    const matrix = [transposed, outputs, dx.pitch];
    const args = [context.address(dy), dy.pitch * 4, ...matrix, context.address(dx)];
    stages.push({
      kernel: 'linearInput',
      args: [...args, rows, rowsPerChunk, Number(node.accumulate)],
      chunks: Math.ceil(rows / rowsPerChunk),
      flops,
      bytes: bytesOf(dy, weight, dx),
    });
  }
  if (dweight ?? dbias) {
    const chunks = Math.ceil(rows / rowsPerPartial);
    const stride = (x.pitch + 1) * dy.pitch * 4;
    const partials = context.workspace(chunks * stride);
    const args = [context.address(x), x.pitch, context.address(dy), dy.pitch, rows, rowsPerPartial, partials];
    stages.push({ kernel: 'linearWeights', args, chunks, flops, bytes: bytesOf(x, dy) });
    const sum = (from: number, to: number, elements: number): Stage =>
      sumPartials(from, chunks, stride, to, elements);
    if (dweight) stages.push(sum(partials, context.address(dweight), inputs * dy.pitch));
    if (dbias) stages.push(sum(partials + x.pitch * dy.pitch * 4, context.address(dbias), dy.pitch));
  }
  return stages;
}

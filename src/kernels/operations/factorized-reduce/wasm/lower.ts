// Factorized reduce on wasm.
import { imageShape, type Tensor } from '../../../tensor.ts';
import { addressOf, bytesOf, type StageContext, type Stage, sumPartials } from '../../../wasm/stage.ts';
import type { FactorizedReduceBackward, FactorizedReduceForward } from '../types.ts';

/** Output pixels in a chunk of the weight gradient, about. */
const weightPixels = 1024;

function geometry(x: Tensor, y: Tensor): number[] {
  const [input, output] = [imageShape(x), imageShape(y)];
  return [input.h, input.w, output.h, output.w, x.pitch, y.pitch, input.c, output.c];
}

/** The stage that widens both matrices, and the address of the first; the transposes follow both. */
function matrices(
  x: Tensor,
  y: Tensor,
  weights: readonly [Tensor, Tensor],
  context: StageContext,
): { stage: Stage; address: number; transposed: number } {
  const [first, second] = weights;
  const bytes = x.pitch * y.pitch * 4;
  const address = context.workspace(4 * bytes);
  const sources = [context.address(first), context.address(second), first.pitch * 4];
  const args = [...sources, first.shape[0]!, first.shape[1]!, x.pitch, y.pitch, address];
  return { stage: { kernel: 'reduceMatrices', args, chunks: 2 }, address, transposed: address + 2 * bytes };
}

function flopsOf(x: Tensor, y: Tensor): number {
  const output = imageShape(y);
  return 2 * output.n * output.h * output.w * imageShape(x).c * output.c;
}

export function forward(instruction: FactorizedReduceForward, context: StageContext): Stage[] {
  const { x, first, second } = instruction.reads;
  const { y } = instruction.writes;
  const { stage, address } = matrices(x, y, [first, second], context);
  const args = [...geometry(x, y), context.address(x), address, context.address(y)];
  const { n, h } = imageShape(y);
  return [
    stage,
    { kernel: 'reduceForward', args, chunks: n * h, flops: flopsOf(x, y), bytes: bytesOf(x, y) },
  ];
}

export function backward(instruction: FactorizedReduceBackward, context: StageContext): Stage[] {
  const { x, first, second, dy } = instruction.reads;
  const { dx, dfirst, dsecond } = instruction.writes;
  const sizes = geometry(x, dy);
  const flops = flopsOf(x, dy);
  const stages: Stage[] = [];
  if (dx) {
    const { stage, transposed } = matrices(x, dy, [first, second], context);
    const { n, h } = imageShape(x);
    const args = [
      ...sizes,
      context.address(dy),
      transposed,
      context.address(dx),
      Number(instruction.accumulate),
    ];
    stages.push(stage, { kernel: 'reduceInput', args, chunks: n * h, flops, bytes: bytesOf(dy, dx) });
  }
  if (dfirst ?? dsecond) {
    const { n, h, w } = imageShape(dy);
    const perChunk = Math.max(1, Math.round(weightPixels / w));
    const chunks = Math.ceil((n * h) / perChunk);
    const stride = 2 * x.pitch * dy.pitch * 4;
    const partials = context.workspace(chunks * stride);
    const sums = context.workspace(stride);
    const args = [...sizes, context.address(x), context.address(dy), partials, n * h, perChunk];
    stages.push({ kernel: 'reduceWeights', args, chunks, flops, bytes: bytesOf(x, dy) });
    stages.push(sumPartials(partials, chunks, stride, sums, stride / 4));
    const targets = [dfirst, dsecond].map((tensor) => addressOf(tensor, context));
    const shape = [first.pitch * 4, first.shape[0]!, first.shape[1]!, x.pitch, dy.pitch, sums];
    stages.push({ kernel: 'reduceGradients', args: [...targets, ...shape], chunks: 2 });
  }
  return stages;
}

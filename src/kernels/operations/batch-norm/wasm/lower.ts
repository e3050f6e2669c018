// Batch norm on wasm. Spare lanes: mean and inverse deviation are 0 there, so that outputs and gradients are.
import { extent, type Tensor } from '../../../tensor.ts';
import {
  addressOf,
  bytesOf,
  float64,
  type StageContext,
  pixelsPerChunk,
  type Stage,
  sumPartials,
} from '../../../wasm/stage.ts';
import { type BatchNormBackward, type BatchNormForward, epsilon } from '../types.ts';

/** The words that all passes over pixels begin with. */
export function geometry(x: Tensor, context: StageContext) {
  const pixels = extent(x) / x.pitch;
  const words = [context.address(x), pixels, x.pitch * 4, pixelsPerChunk];
  return { words, pixels, chunks: Math.ceil(pixels / pixelsPerChunk) };
}

export function forward(instruction: BatchNormForward, context: StageContext): Stage[] {
  const { x, gamma, beta } = instruction.reads;
  const { y } = instruction.writes;
  const statistics = context.address(instruction.writes.statistics);
  const { words, pixels, chunks } = geometry(x, context);
  const partials = context.workspace(chunks * x.pitch * 8);
  const elements = extent(x);
  const sizes = [partials, chunks, x.pitch * 4, x.shape.at(-1)!, pixels];
  const parameters = [addressOf(gamma, context), addressOf(beta, context)];
  return [
    {
      kernel: 'batchNormSums',
      args: [...words, partials],
      chunks,
      flops: 3 * elements,
      bytes: bytesOf(x),
    },
    { kernel: 'batchNormStatistics', args: [...sizes, ...float64(epsilon), statistics], chunks: 1 },
    {
      kernel: 'batchNormApply',
      args: [...words, statistics, ...parameters, context.address(y)],
      chunks,
      flops: 3 * elements,
      bytes: bytesOf(x, y),
    },
  ];
}

export function backward(instruction: BatchNormBackward, context: StageContext): Stage[] {
  const { x, gamma, dy } = instruction.reads;
  const { dx, dgamma, dbeta } = instruction.writes;
  const { words, chunks } = geometry(x, context);
  const row = x.pitch * 4;
  const partials = context.workspace(chunks * 2 * row);
  const sums = context.workspace(2 * row);
  const elements = extent(x);
  const inputs = [...words, context.address(instruction.reads.statistics), context.address(dy)];
  const stages: Stage[] = [
    {
      kernel: 'batchNormGradientSums',
      args: [...inputs, partials],
      chunks,
      flops: 4 * elements,
      bytes: bytesOf(x, dy),
    },
    sumPartials(partials, chunks, 2 * row, sums, 2 * x.pitch),
  ];
  if (dgamma ?? dbeta) {
    const args = [sums, row, addressOf(dbeta, context), addressOf(dgamma, context)];
    stages.push({ kernel: 'batchNormParameters', args, chunks: 1 });
  }
  if (dx) {
    const args = [
      ...inputs,
      sums,
      addressOf(gamma, context),
      context.address(dx),
      Number(instruction.accumulate),
    ];
    const bytes = bytesOf(x, dy, dx) + (instruction.accumulate ? bytesOf(dx) : 0);
    stages.push({ kernel: 'batchNormInput', args, chunks, flops: 6 * elements, bytes });
  }
  return stages;
}

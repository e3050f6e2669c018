// Batch norm by running statistics on wasm: the passes over pixels are those of the batch norm.
import { extent } from '../../../tensor.ts';
import {
  addressOf,
  bytesOf,
  float64,
  type StageContext,
  type Stage,
  sumPartials,
} from '../../../wasm/stage.ts';
import { geometry } from '../../batch-norm/wasm/lower.ts';
import { epsilon } from '../../batch-norm/types.ts';
import type { RunningNormBackward, RunningNormForward } from '../types.ts';

export function forward(instruction: RunningNormForward, context: StageContext): Stage[] {
  const { x, gamma, beta, mean, variance } = instruction.reads;
  const { y } = instruction.writes;
  const statistics = context.address(instruction.writes.statistics);
  const { words, chunks } = geometry(x, context);
  const running = [context.address(mean), context.address(variance), x.pitch * 4, x.shape.at(-1)!];
  const parameters = [context.address(gamma), context.address(beta)];
  return [
    { kernel: 'runningNormStatistics', args: [...running, ...float64(epsilon), statistics], chunks: 1 },
    {
      kernel: 'batchNormApply',
      args: [...words, statistics, ...parameters, context.address(y)],
      chunks,
      flops: 3 * extent(x),
      bytes: bytesOf(x, y),
    },
  ];
}

export function backward(instruction: RunningNormBackward, context: StageContext): Stage[] {
  const { x, gamma, dy } = instruction.reads;
  const { dx, dgamma, dbeta } = instruction.writes;
  const { words, chunks } = geometry(x, context);
  const row = x.pitch * 4;
  const elements = extent(x);
  const statistics = context.address(instruction.reads.statistics);
  const stages: Stage[] = [];
  if (dgamma ?? dbeta) {
    const partials = context.workspace(chunks * 2 * row);
    const sums = context.workspace(2 * row);
    const args = [...words, statistics, context.address(dy), partials];
    const bytes = bytesOf(x, dy);
    stages.push({ kernel: 'batchNormGradientSums', args, chunks, flops: 4 * elements, bytes });
    stages.push(sumPartials(partials, chunks, 2 * row, sums, 2 * x.pitch));
    const targets = [dbeta, dgamma].map((tensor) => addressOf(tensor, context));
    stages.push({ kernel: 'batchNormParameters', args: [sums, row, ...targets], chunks: 1 });
  }
  if (dx) {
    const [, ...sizes] = words;
    const addresses = [statistics, context.address(gamma), context.address(dx)];
    const args = [context.address(dy), ...sizes, ...addresses, Number(instruction.accumulate)];
    const bytes = bytesOf(dy, dx) + (instruction.accumulate ? bytesOf(dx) : 0);
    stages.push({ kernel: 'runningNormInput', args, chunks, flops: elements, bytes });
  }
  return stages;
}

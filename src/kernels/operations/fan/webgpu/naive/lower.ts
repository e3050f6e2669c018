// A fan on webgpu by the first rung of each kernel, forward: the formulas as written, a dispatch for each step of each
// branch. It is what to read first, and what tests compare the fast kernels of the folder above with; nothing else runs
// it.
import type { Tensor } from '../../../../tensor.ts';
import type { Dispatch, DispatchContext, Operand, Workspace } from '../../../../webgpu/dispatch.ts';
import { epsilon } from '../../../batch-norm/types.ts';
import type { FanForward, PoolOutput } from '../../types.ts';
import { denseForward } from '../dense.ts';
import { sizesOf } from '../halves.ts';
import pointShader from './point.wgsl';
import poolShader from './pool.wgsl';
import statisticsShader from './statistics.wgsl';
import { depthwise, naive, type Step, stepAt } from './steps.ts';

function pointwise({ half, words, outputs }: Step, between: Workspace, raw: Operand): Dispatch {
  return naive(pointShader, { reads: { between, point: half.point }, writes: { raw }, words }, outputs);
}

function measure(y: Tensor, statistics: Tensor): Dispatch {
  const { words, c4 } = sizesOf(y, 1);
  const constants = { EPSILON: { f32: epsilon } };
  return naive(statisticsShader, { reads: { y }, writes: { statistics }, words, constants }, c4);
}

function pool(x: Tensor, { mode, y, statistics }: PoolOutput, stride: 1 | 2): Dispatch[] {
  const sizes = sizesOf(x, stride);
  const words = { ...sizes.words, stride, maximum: Number(mode === 'max') };
  const pooled = naive(poolShader, { reads: { x }, writes: { y }, words }, sizes.pixels * sizes.c4);
  return statistics === undefined ? [pooled] : [pooled, measure(y, statistics)];
}

export function forward(
  { reads, writes, stride }: FanForward,
  context: DispatchContext,
): readonly Dispatch[] {
  const { x, branches } = reads;
  return [
    ...writes.pools.flatMap((output) => pool(x, output, stride)),
    ...denseForward(reads, writes, stride),
    ...branches.flatMap((branch, b) => {
      const output = writes.branches[b]!;
      return output.raw.flatMap((raw, index) => {
        const measured = measure(raw, output.statistics[index]!);
        if (branch.kind !== 'separable') return [measured];
        const step = stepAt(x, branch, output, index, stride);
        const between = context.workspace(4 * step.outputs);
        return [depthwise(step, between), pointwise(step, between, raw), measured];
      });
    }),
  ];
}

export { backward } from './lower-backward.ts';

// Batch norm by running statistics on webgpu; it shares kernels with batch norm.
import { extent } from '../../../tensor.ts';
import { bytesOf, type Dispatch, type DispatchContext, vectors } from '../../../webgpu/dispatch.ts';
import { apply, parameterGradients } from '../../batch-norm/webgpu/lower.ts';
import { epsilon } from '../../batch-norm/types.ts';
import inputShader from './input.wgsl';
import type { RunningNormBackward, RunningNormForward } from '../types.ts';
import statisticsShader from './statistics.wgsl';

export function forward({ reads, writes }: RunningNormForward): Dispatch[] {
  const { x, gamma, beta, mean, variance } = reads;
  const { y, statistics } = writes;
  return [
    {
      shader: statisticsShader,
      extents: { C4: x.pitch / 4, C: x.shape.at(-1)! },
      constants: { EPSILON: { f32: epsilon } },
      reads: { mean, variance },
      writes: { statistics },
      size: { threads: x.pitch / 4 },
      flops: 3 * x.pitch,
      bytes: 16 * x.pitch,
    },
    apply({ x, statistics, gamma, beta }, y),
  ];
}

export function backward(
  { reads, writes, accumulate }: RunningNormBackward,
  context: DispatchContext,
): readonly Dispatch[] {
  const { gamma, statistics, dy } = reads;
  const { dx } = writes;
  const { dispatches } = parameterGradients(reads, writes, context);
  if (dx === undefined) return dispatches;
  const input: Dispatch = {
    shader: inputShader,
    extents: { C4: dy.pitch / 4 },
    constants: { ACCUMULATE: accumulate },
    reads: { gamma, statistics, dy },
    writes: { dx },
    size: { threads: vectors(dy) },
    flops: 2 * extent(dy),
    bytes: bytesOf(dy, dx, accumulate ? dx : undefined),
  };
  return [...dispatches, input];
}

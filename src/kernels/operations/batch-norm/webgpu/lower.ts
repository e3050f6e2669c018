// Batch norm on webgpu. In spare lanes mean and inverse deviation are 0, so that outputs and gradients are.
import { extent, type Tensor } from '../../../tensor.ts';
import {
  bytesOf,
  type Dispatch,
  type DispatchContext,
  vectors,
  type Workspace,
} from '../../../webgpu/dispatch.ts';
import { sumParts } from '../../../webgpu/sum-parts.ts';
import { longestSum } from '../../../webgpu/sums.ts';
import applyShader from './apply.wgsl';
import gradientSumsShader from './gradient-sums.wgsl';
import inputShader from './input.wgsl';
import { type BatchNormBackward, type BatchNormForward, epsilon } from '../types.ts';
import parametersShader from './parameters.wgsl';
import statisticsShader from './statistics.wgsl';
import sumsShader from './sums.wgsl';

function geometry(x: Tensor) {
  const pixels = extent(x) / x.pitch;
  const c4 = x.pitch / 4;
  return { pixels, c4, chunks: Math.ceil(pixels / longestSum) };
}

/** Mean and inverse deviation of x, into [2, C]. */
function measure(x: Tensor, statistics: Tensor, context: DispatchContext): Dispatch[] {
  const { pixels, c4, chunks } = geometry(x);
  const partials = context.workspace(chunks * 2 * x.pitch);
  return [
    {
      shader: sumsShader,
      extents: { C4: c4, CHUNK: longestSum },
      reads: { x },
      writes: { partials },
      words: { pixels },
      size: { threads: chunks * c4 },
      flops: 4 * extent(x),
      bytes: bytesOf(x),
    },
    finish(partials, chunks, pixels, statistics),
  ];
}

/** Statistics from the means and squared deviations of chunks of `longestSum` pixels: [chunks, 2, C]. */
function finish(partials: Workspace, chunks: number, pixels: number, statistics: Tensor): Dispatch {
  const c4 = statistics.pitch / 4;
  return {
    shader: statisticsShader,
    extents: { C4: c4, C: statistics.shape.at(-1)!, CHUNK: longestSum },
    constants: { EPSILON: { f32: epsilon } },
    reads: { partials },
    writes: { statistics },
    words: { pixels, chunks },
    size: { threads: c4 },
    flops: chunks * 6 * statistics.pitch,
    bytes: chunks * 8 * statistics.pitch,
  };
}

/** y = gamma * xhat + beta. */
export function apply(
  reads: Pick<BatchNormForward['reads'], 'x' | 'gamma' | 'beta'> & { readonly statistics: Tensor },
  y: Tensor,
): Dispatch {
  const { x, gamma, beta, statistics } = reads;
  return {
    shader: applyShader,
    extents: { C4: x.pitch / 4 },
    reads: { x, statistics, gamma, beta },
    writes: { y },
    size: { threads: vectors(x) },
    flops: 3 * extent(x),
    bytes: bytesOf(x, y),
  };
}

export function forward({ reads, writes }: BatchNormForward, context: DispatchContext): Dispatch[] {
  const { y, statistics } = writes;
  return [...measure(reads.x, statistics, context), apply({ ...reads, statistics }, y)];
}

/** Sums over all pixels of dy and of dy * xhat, in workspace as [2, C]; and the parameters' gradients from them. */
export function parameterGradients(
  { x, statistics, dy }: Pick<BatchNormBackward['reads'], 'x' | 'statistics' | 'dy'>,
  { dgamma, dbeta }: BatchNormBackward['writes'],
  context: DispatchContext,
): { readonly sums: Workspace; readonly dispatches: readonly Dispatch[] } {
  const { pixels, c4, chunks } = geometry(x);
  const partials = context.workspace(chunks * 2 * x.pitch);
  const sums = context.workspace(2 * x.pitch);
  const dispatches: Dispatch[] = [
    {
      shader: gradientSumsShader,
      extents: { C4: c4, CHUNK: longestSum },
      reads: { x, statistics, dy },
      writes: { partials },
      words: { pixels },
      size: { threads: chunks * c4 },
      flops: 5 * extent(x),
      bytes: bytesOf(x, dy),
    },
    sumParts(partials, chunks, [{ result: sums, width: 2 * c4 }]),
  ];
  if (dgamma && dbeta) {
    dispatches.push({
      shader: parametersShader,
      extents: { C4: c4 },
      reads: { sums },
      writes: { dgamma, dbeta },
      size: { threads: c4 },
      flops: 0,
      bytes: 16 * x.pitch,
    });
  }
  return { sums, dispatches };
}

export function backward(
  { reads, writes, accumulate }: BatchNormBackward,
  context: DispatchContext,
): readonly Dispatch[] {
  const { x, gamma, statistics, dy } = reads;
  const { dx } = writes;
  const { sums, dispatches } = parameterGradients(reads, writes, context);
  if (dx === undefined) return dispatches;
  const { pixels, c4 } = geometry(x);
  const input: Dispatch = {
    shader: inputShader,
    extents: { C4: c4 },
    constants: { ACCUMULATE: accumulate },
    reads: { x, statistics, gamma, dy, sums },
    writes: { dx },
    words: { pixels },
    size: { threads: vectors(x) },
    flops: 8 * extent(x),
    bytes: bytesOf(x, dy, dx, accumulate ? dx : undefined),
  };
  return [...dispatches, input];
}

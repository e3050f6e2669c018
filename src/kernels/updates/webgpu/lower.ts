// Updates on webgpu: elementwise over arenas; scalars in one thread.
import type { Fill } from '../../plan.ts';
import { bytesOf, type Dispatch, type DispatchContext, vectors } from '../../webgpu/dispatch.ts';
import { longestSum } from '../../webgpu/sums.ts';
import { epsilon } from '../../operations/batch-norm/types.ts';
import adamShader from './adam.wgsl';
import axpyShader from './axpy.wgsl';
import copyShader from './copy.wgsl';
import fillShader from './fill.wgsl';
import type { Adam, Axpy, Copy, Norm, Quotient, RecordScalars, Sgd, TrackStatistics } from '../types.ts';
import normPartialsShader from './norm-partials.wgsl';
import normTotalShader from './norm-total.wgsl';
import quotientShader from './quotient.wgsl';
import recordShader from './record.wgsl';
import sgdShader from './sgd.wgsl';
import trackShader from './track.wgsl';

export function sgd({ reads, writes, ...options }: Sgd, context: DispatchContext): Dispatch[] {
  const { gradient, rate } = reads;
  const norm = options.clip === undefined ? undefined : reads.norm;
  const elements = context.elements(writes.weights);
  return [
    {
      shader: sgdShader,
      reads: { gradient, rate, norm },
      writes: { ...writes },
      words: {
        momentum: { f32: options.momentum },
        decay: { f32: options.weightDecay },
        clip: { f32: options.clip ?? 0 },
      },
      size: { threads: elements / 4 },
      flops: 7 * elements,
      bytes: 20 * elements,
    },
  ];
}

export function adam({ reads, writes, ...options }: Adam, context: DispatchContext): Dispatch[] {
  const elements = context.elements(writes.weights);
  const [b1, b2] = options.betas;
  return [
    {
      shader: adamShader,
      reads: { ...reads },
      writes: { ...writes },
      words: {
        b1: { f32: b1 },
        rest1: { f32: 1 - b1 },
        b2: { f32: b2 },
        rest2: { f32: 1 - b2 },
        epsilon: { f32: options.epsilon },
        decay: { f32: options.weightDecay },
      },
      size: { threads: elements / 4 },
      flops: 14 * elements,
      bytes: 28 * elements,
    },
  ];
}

export function axpy({ reads, writes, factor }: Axpy, context: DispatchContext): Dispatch[] {
  const { base, x, scale } = reads;
  const { out } = writes;
  const elements = context.elements(out);
  return [
    {
      shader: axpyShader,
      reads: { base, x, scale },
      writes: { out },
      words: { factor: { f32: factor } },
      size: { threads: elements / 4 },
      flops: 2 * elements,
      bytes: 12 * elements,
    },
  ];
}

export function norm({ reads, writes }: Norm, context: DispatchContext): Dispatch[] {
  const { x } = reads;
  const { out } = writes;
  const elements = context.elements(x);
  const chunks = Math.ceil(elements / 4 / longestSum);
  const partials = context.workspace(4 * chunks);
  return [
    {
      shader: normPartialsShader,
      extents: { CHUNK: longestSum },
      reads: { x },
      writes: { partials },
      words: { size: elements / 4 },
      size: { threads: chunks },
      flops: 2 * elements,
      bytes: 4 * elements,
    },
    {
      shader: normTotalShader,
      reads: { partials },
      writes: { out },
      words: { chunks },
      size: { threads: 1 },
      flops: 4 * chunks,
      bytes: 16 * chunks,
    },
  ];
}

export function copy({ reads, writes }: Copy, context: DispatchContext): Dispatch[] {
  const elements = context.elements(writes.to);
  return [
    {
      shader: copyShader,
      reads: { from: reads.from },
      writes: { to: writes.to },
      size: { threads: elements / 4 },
      flops: 0,
      bytes: 8 * elements,
    },
  ];
}

export function quotient({ reads, writes, factor }: Quotient): Dispatch[] {
  const { numerator, denominator } = reads;
  return [
    {
      shader: quotientShader,
      reads: { numerator, denominator },
      writes: { out: writes.out },
      words: { factor: { f32: factor } },
      size: { threads: 1 },
      flops: 2,
      bytes: 48,
    },
  ];
}

export function fill({ writes, value }: Fill): Dispatch[] {
  const { y } = writes;
  return [
    {
      shader: fillShader,
      reads: {},
      writes: { y },
      words: { value: { f32: value }, pitch4: y.pitch / 4, columns: y.shape.at(-1)! },
      size: { threads: vectors(y) },
      flops: 0,
      bytes: bytesOf(y),
    },
  ];
}

export function record({ reads, writes }: RecordScalars): Dispatch[] {
  const { slot, values } = reads;
  const { ring } = writes;
  return [
    {
      shader: recordShader,
      reads: { slot, values },
      writes: { ring },
      words: { rows: ring.shape[0]!, pitch4: ring.pitch / 4 },
      size: { threads: ring.pitch / 4 },
      flops: 0,
      bytes: 32 * values.length,
    },
  ];
}

export function track({ reads, writes, momentum, pixels }: TrackStatistics): Dispatch[] {
  const { statistics } = reads;
  const c4 = statistics.pitch / 4;
  return [
    {
      shader: trackShader,
      extents: { C4: c4, C: statistics.shape[1]! },
      constants: { EPSILON: { f32: epsilon } },
      reads: { statistics },
      writes: { ...writes },
      words: { momentum: { f32: momentum }, unbias: { f32: pixels / Math.max(1, pixels - 1) } },
      size: { threads: c4 },
      flops: 10 * statistics.pitch,
      bytes: 24 * statistics.pitch,
    },
  ];
}

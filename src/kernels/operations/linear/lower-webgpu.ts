// Linear layer on webgpu.
import { count } from '../../tensor.ts';
import { bytesOf, type Dispatch, vectors } from '../../webgpu/dispatch.ts';
import { longestSum } from '../../webgpu/sums.ts';
import biasShader from './bias.wgsl';
import forwardShader from './forward.wgsl';
import inputShader from './input.wgsl';
import type { LinearBackward, LinearForward } from './nodes.ts';
import weightsShader from './weights.wgsl';

export function forward({ reads, writes }: LinearForward): Dispatch[] {
  const { x, weight, bias } = reads;
  const { y } = writes;
  return [
    {
      shader: forwardShader,
      extents: { I4: x.pitch / 4, O4: y.pitch / 4, LONGEST: longestSum },
      reads: { x, weight, bias },
      writes: { y },
      words: { inputs: x.shape[1]! },
      size: { threads: vectors(y) },
      flops: 2 * x.shape[0]! * count(weight.shape),
      bytes: bytesOf(x, weight, bias, y),
    },
  ];
}

export function backward({ reads, writes, accumulate }: LinearBackward): Dispatch[] {
  const { x, weight, dy } = reads;
  const { dx, dweight, dbias } = writes;
  const rows = x.shape[0]!;
  const sizes = { I: x.shape[1]!, I4: x.pitch / 4, O4: dy.pitch / 4 };
  const flops = 2 * rows * count(weight.shape);
  const dispatches: Dispatch[] = [];
  if (dx) {
    dispatches.push({
      shader: inputShader,
      extents: sizes,
      constants: { ACCUMULATE: accumulate },
      reads: { weight, dy },
      writes: { dx },
      words: { outputs4: sizes.O4 },
      size: { threads: vectors(dx) },
      flops,
      bytes: bytesOf(weight, dy, dx, accumulate ? dx : undefined),
    });
  }
  if (dweight) {
    dispatches.push({
      shader: weightsShader,
      extents: { ...sizes, LONGEST: longestSum },
      reads: { x, dy },
      writes: { dweight },
      words: { rows },
      size: { threads: vectors(dweight) },
      flops,
      bytes: bytesOf(x, dy, dweight),
    });
  }
  if (dbias) {
    dispatches.push({
      shader: biasShader,
      extents: { O4: dy.pitch / 4, LONGEST: longestSum },
      reads: { dy },
      writes: { dbias },
      words: { rows },
      size: { threads: vectors(dbias) },
      flops: rows * dy.pitch,
      bytes: bytesOf(dy, dbias),
    });
  }
  return dispatches;
}

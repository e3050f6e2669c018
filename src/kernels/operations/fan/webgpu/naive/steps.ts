// The halves of separable branches as the first rungs of a fan's kernels take them, one at a time.
import type { Tensor } from '../../../../tensor.ts';
import type { Bindings, Dispatch, Workspace } from '../../../../webgpu/dispatch.ts';
import type { BranchOutput, FanBranch } from '../../types.ts';
import { type Half, halvesAt, sizesOf } from '../halves.ts';
import depthwiseShader from './depthwise.wgsl';
import xhatShader from './xhat.wgsl';

/** A half of a separable branch, with what it reads. */
export interface Step {
  readonly half: Half;
  /** `source` and, in a later half, `source_statistics`. */
  readonly reads: Bindings;
  readonly words: Readonly<Record<string, number>>;
  /** vec4s of its output, and of its source. */
  readonly outputs: number;
  readonly inputs: number;
}

/** The half number `index` of a branch. */
export function stepAt(
  x: Tensor,
  branch: FanBranch,
  { raw, statistics }: BranchOutput,
  index: number,
  stride: 1 | 2,
): Step {
  const [half] = halvesAt([branch], index);
  if (half === undefined) throw new Error('a branch that is not separable has no halves');
  const [source, source_statistics] = index === 0 ? [x] : [raw[index - 1]!, statistics[index - 1]!];
  const taken = index === 0 ? stride : 1;
  const { words, pixels, c4 } = sizesOf(source, taken);
  return {
    half,
    reads: { source, source_statistics },
    words: { ...words, kernel: half.kernel, dilation: half.dilation, stride: taken },
    outputs: pixels * c4,
    inputs: words['images']! * words['height']! * words['width']! * c4,
  };
}

/** A dispatch of so many threads; nobody counts its work. */
export function naive(
  shader: string,
  operands: Pick<Dispatch, 'reads' | 'writes' | 'words' | 'constants'>,
  threads: number,
): Dispatch {
  return { shader, ...operands, size: { threads }, flops: 0, bytes: 0 };
}

export function depthwise({ half, reads, words, outputs }: Step, between: Workspace): Dispatch {
  const operands = { reads: { ...reads, depth: half.depth }, writes: { between }, words };
  return naive(`${xhatShader}\n${depthwiseShader}`, operands, outputs);
}

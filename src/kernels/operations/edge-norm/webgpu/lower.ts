// Edge normalisation on webgpu: an edge a thread, since cells have few.
import { bytesOf, type Dispatch } from '../../../webgpu/dispatch.ts';
import backwardShader from './backward.wgsl';
import forwardShader from './forward.wgsl';
import type { EdgeNormBackward, EdgeNormForward } from '../types.ts';

/** By edge: the first edge of its node, and the first behind it. */
function borders(edges: readonly number[]): { readonly firsts: number[]; readonly ends: number[] } {
  const [firsts, ends]: [number[], number[]] = [[], []];
  for (const count of edges) {
    const first = firsts.length;
    for (let i = 0; i < count; i++) {
      firsts.push(first);
      ends.push(first + count);
    }
  }
  return { firsts, ends };
}

export function forward({ reads, writes, edges }: EdgeNormForward): Dispatch[] {
  const { mix, beta } = reads;
  const { y, shares } = writes;
  return [
    {
      shader: forwardShader,
      extents: { K4: mix.pitch / 4 },
      reads: { mix, beta },
      writes: { y, shares },
      words: { rows: mix.shape[0]!, ...borders(edges) },
      size: { threads: shares.pitch },
      flops: 0,
      bytes: bytesOf(mix, beta, y, shares),
    },
  ];
}

export function backward({ reads, writes, edges, accumulate }: EdgeNormBackward): Dispatch[] {
  const { mix, shares, dy, dshares } = reads;
  const { dmix, dbeta } = writes;
  return [
    {
      shader: backwardShader,
      extents: { K4: mix.pitch / 4 },
      constants: { ADD_MIX: accumulate[0], ADD_BETA: accumulate[1] },
      reads: { mix, shares, dy, dshares },
      writes: { dmix, dbeta },
      words: borders(edges),
      size: { threads: mix.shape[0]! },
      flops: 0,
      bytes: bytesOf(mix, shares, dy, dshares, dmix, dbeta),
    },
  ];
}

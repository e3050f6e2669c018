// Mixing of an edge on webgpu. The gradient of mix is a sum over everything, in two stages.
import { extent } from '../../../tensor.ts';
import { bytesOf, type Dispatch, type DispatchContext, vectors } from '../../../webgpu/dispatch.ts';
import { longestSum } from '../../../webgpu/sums.ts';
import coefficientsShader from '../../../webgpu/add-coefficients.wgsl';
import dotsShader from './dots.wgsl';
import forwardShader from './forward.wgsl';
import inputShader from './input.wgsl';
import type { MixBackward, MixForward } from '../types.ts';

export function forward({ reads, writes, row }: MixForward): Dispatch[] {
  const { mix, terms } = reads;
  const { y } = writes;
  const xs = terms.map(({ x }) => x);
  return [
    {
      shader: forwardShader,
      reads: { mix, xs },
      writes: { y },
      words: { places: terms.map(({ column }) => row * mix.pitch + column) },
      size: { threads: vectors(y) },
      flops: 2 * extent(y) * terms.length,
      bytes: bytesOf(...xs, y),
    },
  ];
}

export function backward(
  { reads, writes, row, accumulate }: MixBackward,
  context: DispatchContext,
): Dispatch[] {
  const { mix, terms, dy } = reads;
  const { dxs, dmix } = writes;
  const dispatches: Dispatch[] = [];
  for (const [k, { column }] of terms.entries()) {
    const dx = dxs[k];
    if (!dx) continue;
    dispatches.push({
      shader: inputShader,
      constants: { ACCUMULATE: accumulate[k]! },
      reads: { mix, dy },
      writes: { dx },
      words: { place: row * mix.pitch + column },
      size: { threads: vectors(dy) },
      flops: extent(dy),
      bytes: bytesOf(dy, dx, accumulate[k] ? dx : undefined),
    });
  }
  if (dmix) {
    const xs = terms.map(({ x }) => x);
    const chunks = Math.ceil(vectors(dy) / longestSum);
    const partials = context.workspace(terms.length * chunks * 4);
    dispatches.push(
      {
        shader: dotsShader,
        extents: { CHUNK: longestSum },
        reads: { dy, xs },
        writes: { partials },
        words: { chunks, size: vectors(dy) },
        size: { threads: terms.length * chunks },
        flops: 2 * extent(dy) * terms.length,
        bytes: bytesOf(...xs) + terms.length * bytesOf(dy),
      },
      {
        shader: coefficientsShader,
        reads: { partials },
        writes: { dmix },
        words: {
          chunks,
          terms: terms.length,
          first: (row * dmix.pitch) / 4,
          columns: terms.map(({ column }) => column),
        },
        size: { threads: dmix.pitch / 4 },
        flops: 4 * terms.length * chunks,
        bytes: 16 * terms.length * chunks,
      },
    );
  }
  return dispatches;
}

// The depthwise convolutions of a fan on webgpu, into workspace: forward, and again for the gradients of 1x1 weights.
import type { Tensor } from '../../../tensor.ts';
import type { Dispatch, Workspace } from '../../../webgpu/dispatch.ts';
import { tileGroups, tileLanes } from '../../../webgpu/tiles.ts';
import depthShader from './depth.wgsl';
import { bytesOfAll, depthFlops, type Half, rowTiles, type Sizes, windowWords } from './halves.ts';
import sourceShader from './source.wgsl';

/** What halves read: x, or the outputs of the halves before. */
export interface Sources {
  readonly sources: readonly Tensor[];
  /** Of later halves. */
  readonly statistics: readonly Tensor[] | undefined;
}

/** The depthwise convolutions of all halves, into workspace; at most one dispatch. */
export function depthwise(
  halves: readonly Half[],
  { sources, statistics }: Sources,
  sizes: Sizes,
  stride: number,
  betweens: readonly Workspace[],
): Dispatch[] {
  if (halves.length === 0) return [];
  const words = windowWords(halves, stride);
  const lanes = rowTiles(sizes, words.pixel_gap);
  return [
    {
      shader: `${sourceShader}\n${depthShader}`,
      constants: { LANES: tileLanes, STRIDE: stride, LATER: statistics !== undefined },
      reads: { sources, source_statistics: statistics ?? [], depths: halves.map(({ depth }) => depth) },
      writes: { betweens },
      words: { ...sizes.words, ...words },
      size: { groups: tileGroups(lanes) * halves.length * sizes.c4, lanes: tileLanes },
      flops: depthFlops(halves, sizes),
      bytes: bytesOfAll(sources) + 4 * halves.length * sizes.elements,
    },
  ];
}

// A node on webgpu. Forward: one dispatch. Backward: the sums of all its terms in two stages, then mix's gradient, and
// the gradients of terms that are primitives.
import { extent, type Tensor } from '../../../tensor.ts';
import { bytesOf, type Dispatch, type DispatchContext, vectors } from '../../../webgpu/dispatch.ts';
import { sumParts } from '../../../webgpu/sum-parts.ts';
import { pixelChunks, tileGroups, tileLanes } from '../../../webgpu/tiles.ts';
import forwardShader from './forward.wgsl';
import mixShader from './mix.wgsl';
import type { NodeSumBackward, NodeEdge, NodeSumForward, NodeTerm, TermGradient } from '../types.ts';
import sourcesShader from './sources.wgsl';
import sumsShader from './sums.wgsl';
import termsShader from './terms.wgsl';

interface PlacedTerm {
  readonly term: NodeTerm;
  readonly row: number;
  /** Element of mix. */
  readonly place: number;
  readonly gradient: TermGradient | undefined;
}

function placed(
  mix: Tensor | undefined,
  edges: readonly NodeEdge[],
  gradients?: NodeSumBackward['writes']['gradients'],
): PlacedTerm[] {
  return edges.flatMap(({ row, terms }, e) =>
    terms.map((term, t) => ({
      term,
      row,
      place: row * (mix?.pitch ?? 0) + term.column,
      gradient: gradients?.[e]?.[t],
    })),
  );
}

/** What the shaders read of terms; where a term has no statistics, its source is bound in their place. */
function operandsOf(terms: readonly PlacedTerm[]) {
  return {
    sources: terms.map(({ term }) => term.source),
    statistics: terms.map(({ term }) => term.statistics ?? term.source),
  };
}

function wordsOf(terms: readonly PlacedTerm[]) {
  return {
    place: terms.map(({ place }) => place),
    normalised: terms.map(({ term }) => Number(term.statistics !== undefined)),
  };
}

export function forward({ reads, writes }: NodeSumForward): Dispatch[] {
  const { mix, edges } = reads;
  const { y } = writes;
  const terms = placed(mix, edges);
  const [pixels, c4] = [extent(y) / y.pitch, y.pitch / 4];
  return [
    {
      shader: `${termsShader}\n${forwardShader}`,
      constants: { LANES: tileLanes },
      reads: { mix, ...operandsOf(terms) },
      writes: { y },
      words: { ...wordsOf(terms), pixels, c4 },
      size: { groups: tileGroups(pixels / 4) * c4, lanes: tileLanes },
      flops: 3 * terms.length * extent(y),
      bytes: (terms.length + 1) * bytesOf(y),
    },
  ];
}

export function backward({ reads, writes }: NodeSumBackward, context: DispatchContext): Dispatch[] {
  const { mix, edges, dy } = reads;
  const { sumDy, gradients, dmix } = writes;
  // By row: the terms of one row of mix share vec4s of its gradient, so one thread adds to them.
  const terms = placed(mix, edges, gradients).toSorted((a, b) => a.row - b.row);
  const [pixels, c4] = [extent(dy) / dy.pitch, dy.pitch / 4];
  const { chunks, perChunk } = pixelChunks(pixels);
  const width = (terms.length + 1) * c4;
  const partials = context.workspace(4 * chunks * width);
  const sumDyXhats = terms.map(({ gradient }) => gradient?.sumDyXhat ?? context.workspace(dy.pitch));
  const dispatches: Dispatch[] = [
    {
      shader: sumsShader,
      constants: { LANES: tileLanes },
      reads: { dy, ...operandsOf(terms) },
      writes: { partials },
      words: { ...wordsOf(terms), pixels, c4, chunks, per_chunk: perChunk },
      size: { groups: tileGroups(chunks) * Math.ceil(terms.length / 4) * c4, lanes: tileLanes },
      flops: (3 * terms.length + 1) * extent(dy),
      bytes: (terms.length + Math.ceil(terms.length / 4)) * bytesOf(dy),
    },
    sumParts(partials, chunks, [
      ...sumDyXhats.map((result) => ({ result, width: c4 })),
      { result: sumDy, width: c4 },
    ]),
  ];
  if (dmix) {
    const starts = terms.flatMap(({ row }, k) => (row === terms[k - 1]?.row ? [] : [k]));
    dispatches.push({
      shader: mixShader,
      reads: { sumDyXhats },
      writes: { dmix },
      words: { place: terms.map(({ place }) => place), first: [...starts, terms.length], c4 },
      size: { threads: starts.length },
      flops: 4 * width,
      bytes: 16 * width,
    });
  }
  return [...dispatches, ...primitives(reads, placed(mix, edges, gradients))];
}

/** dsource of the terms that are primitives, in the order in which they add up. */
function primitives({ mix, dy }: NodeSumBackward['reads'], terms: readonly PlacedTerm[]): Dispatch[] {
  const wanted = terms.filter(({ gradient }) => gradient?.dsource !== undefined);
  if (wanted.length === 0) return [];
  return [
    {
      shader: `${termsShader}\n${sourcesShader}`,
      reads: { mix, dy },
      writes: { dsources: wanted.map(({ gradient }) => gradient!.dsource!) },
      words: {
        place: wanted.map(({ place }) => place),
        accumulate: wanted.map(({ gradient }) => Number(gradient!.accumulate)),
      },
      size: { threads: vectors(dy) },
      flops: 2 * wanted.length * extent(dy),
      bytes: (2 * wanted.length + 1) * bytesOf(dy),
    },
  ];
}

// Expands a space's macro skeleton into the blocks of a network of given width and depth.

import type { Skeleton } from './space.ts';

export interface NetworkSize {
  /** Channels of the first cells. */
  readonly channels: number;
  /** Total number of cells; for stages: cells per stage. */
  readonly cells: number;
}

export type Block =
  /** A cell; its inputs are the preceding states, the latest last. */
  | {
      readonly kind: 'cell';
      readonly name: string;
      readonly cell: string;
      readonly channels: number;
      /** The block before the previous one halved the image, so input 0 is twice as large as input 1. */
      readonly afterReduction: boolean;
    }
  /** NAS-Bench-201's residual block: halves the image, to `channels`. */
  | { readonly kind: 'residual'; readonly name: string; readonly channels: number };

interface ExpandedSkeleton {
  readonly stemChannels: number;
  readonly blocks: readonly Block[];
  /** Batch norm and ReLU before the head. */
  readonly normBeforeHead: boolean;
  /** How often the image is halved. */
  readonly reductions: number;
}

export function expandSkeleton(skeleton: Skeleton, size: NetworkSize): ExpandedSkeleton {
  return skeleton.kind === 'darts' ? expandDarts(skeleton, size) : expandStages(skeleton.stages, size);
}

/** Reduction cells at L//3 and 2L//3, where the channels double. */
function expandDarts(
  { stem, stemMultiplier }: Skeleton & { kind: 'darts' },
  { channels, cells }: NetworkSize,
): ExpandedSkeleton {
  const halving = stem === 'halving';
  const reductions = new Set([Math.floor(cells / 3), Math.floor((2 * cells) / 3)]);
  let width = channels;
  const blocks = Array.from({ length: cells }, (_, i): Block => {
    if (reductions.has(i)) width *= 2;
    return {
      kind: 'cell',
      name: `cells.${i}`,
      cell: reductions.has(i) ? 'reduce' : 'normal',
      channels: width,
      afterReduction: i === 0 ? halving : reductions.has(i - 1),
    };
  });
  return {
    stemChannels: halving ? channels : stemMultiplier * channels,
    blocks,
    normBeforeHead: false,
    reductions: reductions.size + (halving ? 3 : 0),
  };
}

function expandStages(stages: number, { channels, cells }: NetworkSize): ExpandedSkeleton {
  const blocks: Block[] = [];
  for (let stage = 0; stage < stages; stage++) {
    const width = channels * 2 ** stage;
    if (stage > 0) blocks.push({ kind: 'residual', name: `cells.${blocks.length}`, channels: width });
    for (let i = 0; i < cells; i++) {
      const name = `cells.${blocks.length}`;
      blocks.push({ kind: 'cell', name, cell: 'cell', channels: width, afterReduction: false });
    }
  }
  return { stemChannels: channels, blocks, normBeforeHead: true, reductions: stages - 1 };
}

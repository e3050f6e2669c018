// Cells made of blocks (Zoph et al. 2018; Liu et al. 2018, PNAS, section 3.1): block b joins two operations, each on one
// of the cell's inputs or on an earlier block. Cells of fewer blocks are architectures too.

import type { Architecture } from '../architecture.ts';

export interface BlockSettings {
  /** Inputs of the cell. */
  readonly inputs: number;
  readonly operations: number;
  readonly blocks: number;
}

/** Numbers that a block takes: source, operation, source, operation. */
export const blockWidth = 4;

/** A source with an operation is one number: source * operations + operation. */
function branches({ inputs, operations }: BlockSettings, earlier: number): number {
  return (inputs + earlier) * operations;
}

/** All distinct blocks after `earlier` others: unordered pairs of branches, n (n + 1) / 2 for n branches. */
export function distinctBlocks(settings: BlockSettings, earlier: number): readonly Architecture[] {
  const { operations } = settings;
  const n = branches(settings, earlier);
  const split = (branch: number): readonly number[] => [Math.floor(branch / operations), branch % operations];
  return Array.from({ length: n }, (_, a) => a).flatMap((a) =>
    Array.from({ length: n - a }, (_, i) => [...split(a), ...split(a + i)]),
  );
}

/** The decision that ends a cell of fewer blocks, where another block's first source would stand. */
export function endOf({ inputs, blocks }: Pick<BlockSettings, 'inputs' | 'blocks'>): number {
  return inputs + blocks - 1;
}

/** The blocks of a cell alone, without the decision that ends it. */
export function withoutEnd(cell: Architecture): Architecture {
  return cell.slice(0, cell.length - (cell.length % blockWidth));
}

/** The number of blocks of a cell. */
export function blockCount(cell: Architecture): number {
  return cell.length / blockWidth;
}

/**
 * How often each operation occurs, then each operation on each source, over all blocks together: what was learned from
 * few blocks says something about more.
 */
export function blockFeatures(
  { inputs, operations, blocks }: BlockSettings,
  cell: Architecture,
): Float64Array {
  const features = new Float64Array(operations * (1 + inputs + blocks - 1));
  for (let at = 0; at < cell.length; at += 2) {
    const [source, operation] = [cell[at]!, cell[at + 1]!];
    features[operation]! += 1;
    features[operations * (1 + source) + operation]! += 1;
  }
  return features;
}

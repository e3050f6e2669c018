// The start that the evolutions share: a first population is asked for before any tournament, over several batches if
// need be.

import type { Architecture } from '../architecture.ts';
import type { Proposal } from '../searcher.ts';

export interface Seeded {
  /** Of the first population, still to be asked for. */
  readonly toSeed: number;
}

/** What `ask` gives while the first population is not whole; a batch never mixes it with children. */
export function askFirst<S extends Seeded>(
  state: S,
  count: number,
  draw: () => Architecture,
): { readonly state: S; readonly proposals: readonly Proposal[] } | undefined {
  const seeds = Math.min(state.toSeed, count);
  if (seeds === 0) return undefined;
  const proposals = Array.from({ length: seeds }, () => ({ architecture: draw() }));
  return { state: { ...state, toSeed: state.toSeed - seeds }, proposals };
}

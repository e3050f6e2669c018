// Weights that children may inherit: kept as long as a state from which the run may continue needs them.

import { describe, expect, it } from 'vitest';
import type { LoopState } from '../../src/discrete-baselines/loop.ts';
import type { Searcher } from '../../src/discrete-baselines/searcher.ts';
import { evolvedSpace } from '../../src/discrete-baselines/spaces/evolved-space.ts';
import { randomSearch } from '../../src/discrete-baselines/strategies/random-search.ts';
import { weightsNeededAt, Inheritance } from '../../src/discrete-search/evaluators/inheritance.ts';
import {
  nameOf,
  storeInMemory,
  type WeightStore,
} from '../../src/discrete-search/evaluators/weight-store.ts';

/** Of ten asked evaluations number 9, a child of 2, is under way. */
function population(...ids: readonly number[]): LoopState {
  const counts = { asks: 0, tells: 0, asked: 10, told: 9, seconds: 0, epochs: 0 };
  return { ...counts, searcher: ids, pending: [{ id: 9, parent: 2, architecture: [] }] };
}

function parents(state: unknown): readonly number[] {
  return state as readonly number[];
}

function names(count: number): readonly string[] {
  return Array.from({ length: count }, (_, id) => nameOf(0, id));
}

async function namesIn(store: WeightStore): Promise<readonly string[]> {
  const known: string[] = [];
  await store.prune((name) => known.push(name) > 0);
  return known;
}

describe('weights that no child can inherit any more', () => {
  it('are deleted once no state needs them from which the run may continue', async () => {
    const store = storeInMemory();
    for (const name of [...names(12), '1-0']) await store.write(name, new Uint8Array());
    const searcher = { ...randomSearch(evolvedSpace()), parents } as Searcher;
    const inheritance = new Inheritance(store, 2);
    await inheritance.keepFor(weightsNeededAt(0, population(1, 5), searcher));
    expect(await namesIn(store)).toHaveLength(13);
    await inheritance.keepFor(weightsNeededAt(0, population(5, 6), searcher));
    // Living then and now, being evaluated and its parent, not asked for yet, of the next search.
    expect(await namesIn(store)).toEqual(['0-1', '0-2', '0-5', '0-6', '0-9', '0-10', '0-11', '1-0']);
    await inheritance.keepFor(weightsNeededAt(1, population(), searcher));
    await inheritance.keepFor(weightsNeededAt(1, population(), searcher));
    expect(await namesIn(store)).toEqual([]);
  });

  it('are kept where a strategy does not say who has children', async () => {
    const store = storeInMemory();
    for (const name of names(3)) await store.write(name, new Uint8Array());
    await new Inheritance(store, 1).keepFor(weightsNeededAt(0, population(), randomSearch(evolvedSpace())));
    for (const name of names(3)) expect(await store.read(name)).toHaveLength(0);
  });
});

// Which evaluations' weights a run may still need: those of individuals that may have children, and of the parents of what
// is being evaluated, in every state from which the run may continue.

import type { LoopState } from '../../discrete-baselines/loop.ts';
import type { Searcher } from '../../discrete-baselines/searcher.ts';
import { evaluationOf, type WeightStore } from './weight-store.ts';

/** The weights that one state of a search needs. */
interface WeightsNeeded {
  readonly seed: number;
  /** Evaluations of this seed that were asked for; those from this number on, and those of later seeds, are to come. */
  readonly asked: number;
  /** Of those that were asked for, the ones whose weights are needed; undefined: all of them. */
  readonly ids: ReadonlySet<number> | undefined;
}

export function weightsNeededAt(
  seed: number,
  { searcher: state, asked, pending }: LoopState,
  searcher: Searcher,
): WeightsNeeded {
  const parents = searcher.parents?.(state);
  const current = pending.flatMap(({ id, parent }) => (parent === undefined ? [id] : [id, parent]));
  return { seed, asked, ids: parents && new Set([...parents, ...current]) };
}

/** Before the search of a seed begins: nothing that earlier searches left. */
export function noWeightsNeeded(seed: number): WeightsNeeded {
  return { seed, asked: 0, ids: new Set() };
}

function needs({ seed, asked, ids }: WeightsNeeded, name: string): boolean {
  const evaluation = evaluationOf(name);
  if (evaluation.seed !== seed) return evaluation.seed > seed;
  return evaluation.id >= asked || ids === undefined || ids.has(evaluation.id);
}

export class Inheritance {
  private readonly store: WeightStore;
  private readonly states: number;
  private recent: readonly WeightsNeeded[] = [];

  /** states: from how many of its last states a run may continue. */
  constructor(store: WeightStore, states: number) {
    this.store = store;
    this.states = states;
  }

  /** Replaces the oldest of the states that the run may continue from, and deletes what none of them needs. */
  async keepFor(needed: WeightsNeeded): Promise<void> {
    this.recent = [...this.recent, needed].slice(-this.states);
    // After a resume the run may also continue from an older state that is not known here.
    if (this.recent.length < this.states) return;
    await this.store.prune((name) => this.recent.some((one) => needs(one, name)));
  }
}

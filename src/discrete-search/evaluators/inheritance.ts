// Which evaluations' weights a run may still need: those of individuals that may have children, and of the parents of what
// is being evaluated, at every state from which the run may go on.

import type { LoopState } from '../../discrete-baselines/loop.ts';
import type { Searcher } from '../../discrete-baselines/searcher.ts';
import { evaluationOf, type WeightStore } from './weight-store.ts';

/** What one state needs of the weights that are there. */
export interface Heirs {
  readonly seed: number;
  /** Evaluations of that seed from here on, and those of later seeds, are yet to be asked for. */
  readonly asked: number;
  /** Evaluations before; undefined: all of them. */
  readonly ids: ReadonlySet<number> | undefined;
}

export function heirsAt(
  seed: number,
  { searcher: state, asked, pending }: LoopState,
  searcher: Searcher,
): Heirs {
  const parents = searcher.parents?.(state);
  const current = pending.flatMap(({ id, parent }) => (parent === undefined ? [id] : [id, parent]));
  return { seed, asked, ids: parents && new Set([...parents, ...current]) };
}

/** Before the search of a seed: what earlier ones left is needed no more. */
export function nobody(seed: number): Heirs {
  return { seed, asked: 0, ids: new Set() };
}

function needs({ seed, asked, ids }: Heirs, name: string): boolean {
  const evaluation = evaluationOf(name);
  if (evaluation.seed !== seed) return evaluation.seed > seed;
  return evaluation.id >= asked || ids === undefined || ids.has(evaluation.id);
}

export class Inheritance {
  private readonly store: WeightStore;
  private readonly states: number;
  private recent: readonly Heirs[] = [];

  /** states: how many of the last ones a run may go on from. */
  constructor(store: WeightStore, states: number) {
    this.store = store;
    this.states = states;
  }

  /** A state that the run may go on from from now on, instead of the oldest. */
  async passed(heirs: Heirs): Promise<void> {
    this.recent = [...this.recent, heirs].slice(-this.states);
    // A run that was resumed may go on from states before that are not known here.
    if (this.recent.length < this.states) return;
    await this.store.prune((name) => this.recent.some((one) => needs(one, name)));
  }
}

// What a strategy is: pure functions over a state of plain JSON data. Whatever it draws comes from the random
// stream that is passed in, so that a state from a checkpoint goes on to the same bits.

import type { Random } from '../base/random.ts';
import type { Architecture } from './architecture.ts';
import type { Evaluation, Fidelity } from './evaluator.ts';

export interface Proposal {
  readonly architecture: Architecture;
  /** How thoroughly to evaluate; absent: the evaluator's full budget. */
  readonly fidelity?: Fidelity;
  /** Number of the evaluation whose weights may be inherited or trained further. */
  readonly parent?: number;
  /** Plain JSON that the searcher wants back with the result (log-probabilities, a rung). */
  readonly context?: unknown;
}

/** A proposal with its number: 0, 1, 2, ... in the order in which a search asks. */
export interface Asked extends Proposal {
  readonly id: number;
}

export interface Told extends Asked {
  readonly evaluation: Evaluation;
}

export interface Asking<S> {
  readonly state: S;
  readonly proposals: readonly Proposal[];
}

/** `S`: the state, plain JSON data, never changed in place. */
export interface Searcher<S = unknown> {
  readonly name: string;
  init(random: Random): S;
  /**
   * At most `count` proposals. Fewer (or none) where it must hear of earlier ones first; none while nothing is
   * outstanding ends the search.
   */
  ask(state: S, count: number, random: Random): Asking<S>;
  /** Evaluations that a later proposal may name as its parent: nobody needs the weights of others. Absent: any may be. */
  parents?(state: S): readonly number[];
  /** Results in the order in which they are told, which need not be the order of asking. */
  tell(state: S, results: readonly Told[], random: Random): S;
}

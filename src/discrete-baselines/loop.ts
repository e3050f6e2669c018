// The loop of a search without gradient: any searcher against any evaluator. It yields what happens; whoever consumes
// the events writes the ledger and saves. Every random stream is split from the seed by number, so that the state is
// plain data and a search that goes on from one ends in the same bits.

import { MixopError } from '../base/errors.ts';
import { Random } from '../base/random.ts';
import type { Stopping } from '../predictors/curves/stopping.ts';
import type { DecisionSpace } from './architecture.ts';
import type { EndedRun, Evaluation, Evaluator, RunStopping } from './evaluator.ts';
import type { Asked, Searcher, Told } from './searcher.ts';

/** Where a search stands; plain JSON data. */
export interface LoopState {
  /** The searcher's own. */
  readonly searcher: unknown;
  /** Calls of `ask` and `tell` so far: they number the random streams. */
  readonly asks: number;
  readonly tells: number;
  /** Proposals so far. */
  readonly asked: number;
  /** Results so far, and what they cost in all. */
  readonly told: number;
  readonly seconds: number;
  readonly epochs: number;
  /** Asked, but not told yet: they are evaluated again after a stop. */
  readonly pending: readonly Asked[];
  /** Curves of trainings that ran to their end, where trainings may be ended early. */
  readonly ended?: readonly EndedRun[];
}

/** The search ends at the first limit that is reached. No evaluation is made whose known cost would pass `seconds`. */
export interface Limits {
  readonly evaluations?: number;
  /** Of evaluations, added up: not the time on the wall. */
  readonly seconds?: number;
  readonly epochs?: number;
}

export interface LoopOptions {
  readonly space: DecisionSpace;
  readonly searcher: Searcher;
  readonly evaluator: Evaluator;
  readonly seed: number;
  readonly limits: Limits;
  /** Ends trainings that will not become the best; needs an evaluator whose evaluations have curves. */
  readonly stopEarly?: Stopping;
  /** Evaluations at a time; 1 if absent. */
  readonly batch?: number;
  /**
   * `asked` (the default): a whole batch is evaluated, then told in the order of asking: equal bits whatever the
   * evaluations' speed. `finished`: every result is told at once, and the searcher asked for the next.
   */
  readonly order?: 'asked' | 'finished';
  readonly signal?: AbortSignal;
}

export type LoopEvent =
  | { readonly kind: 'told'; readonly results: readonly Told[]; readonly state: LoopState }
  /** Stopped on request; what was not told yet is pending. */
  | { readonly kind: 'stopped'; readonly state: LoopState };

export function startState(searcher: Searcher, seed: number): LoopState {
  const initial = searcher.init(Random.fromSeed(seed).split('init'));
  return { searcher: initial, asks: 0, tells: 0, asked: 0, told: 0, seconds: 0, epochs: 0, pending: [] };
}

/** Runs a search from a state (see `startState`) until a limit, the searcher's own end, or a stop. */
export async function* runSearcher(
  from: LoopState,
  options: LoopOptions,
): AsyncGenerator<LoopEvent, void, void> {
  const { evaluator, limits, batch = 1, order = 'asked', signal = new AbortController().signal } = options;
  checkLimits(limits, batch);
  const root = Random.fromSeed(options.seed);
  const running = new Map<number, Promise<Told>>();
  let state = from;
  for (;;) {
    if (signal.aborted) break;
    if (order === 'finished' || state.pending.length === 0) state = ask(state, options, root, batch);
    for (const asked of state.pending) {
      if (!running.has(asked.id))
        running.set(
          asked.id,
          evaluate(evaluator, asked, options.seed, root, signal, stoppingOf(state, asked, options)),
        );
    }
    if (running.size === 0) return;
    let results: readonly Told[];
    try {
      results =
        order === 'asked' ? await Promise.all(running.values()) : [await Promise.race(running.values())];
    } catch (error) {
      if (signal.aborted) break;
      throw error;
    } finally {
      // Failures of the others are not lost: the first one ends the search.
      for (const promise of running.values()) promise.catch(() => {});
    }
    state = tell(state, options, results, root);
    for (const { id } of results) running.delete(id);
    yield { kind: 'told', results, state };
  }
  yield { kind: 'stopped', state };
}

/** Fills up to `batch` pending proposals, as far as searcher and limits allow. */
function ask(
  state: LoopState,
  { searcher, evaluator, limits }: LoopOptions,
  root: Random,
  batch: number,
): LoopState {
  const { evaluations = Infinity, seconds = Infinity, epochs = Infinity } = limits;
  const { pending, asked } = state;
  const count = Math.min(batch - pending.length, evaluations - asked);
  if (count <= 0 || state.seconds >= seconds || state.epochs >= epochs) return state;
  const asking = searcher.ask(state.searcher, count, root.split('ask', state.asks));
  let known = state.seconds;
  for (const { architecture, fidelity = {} } of pending)
    known += evaluator.cost?.(architecture, fidelity) ?? 0;
  const affordable: Asked[] = [];
  for (const proposal of asking.proposals) {
    known += evaluator.cost?.(proposal.architecture, proposal.fidelity ?? {}) ?? 0;
    if (known > seconds) break;
    affordable.push({ ...proposal, id: asked + affordable.length });
  }
  return {
    ...state,
    searcher: asking.state,
    asks: state.asks + 1,
    asked: asked + affordable.length,
    pending: [...pending, ...affordable],
  };
}

async function evaluate(
  evaluator: Evaluator,
  asked: Asked,
  seed: number,
  root: Random,
  signal: AbortSignal,
  stopping: RunStopping | undefined,
): Promise<Told> {
  const { id, architecture, fidelity = {}, parent } = asked;
  const random = root.split('evaluation', id);
  const request = {
    id,
    seed,
    architecture,
    fidelity,
    random,
    ...(parent !== undefined && { parent }),
    ...(stopping && { stopping }),
  };
  const evaluation = await evaluator.evaluate(request, signal);
  checkEvaluation(evaluator, id, evaluation);
  return { ...asked, evaluation };
}

/** Only full evaluations are compared with each other. */
function stoppingOf(
  { ended = [] }: LoopState,
  { architecture, fidelity }: Asked,
  { space, stopEarly }: LoopOptions,
): RunStopping | undefined {
  if (stopEarly === undefined || fidelity !== undefined) return undefined;
  return { settings: stopEarly, ended, features: [...space.encode(architecture, 'adjacency')] };
}

function tell(
  state: LoopState,
  { searcher, space, stopEarly }: LoopOptions,
  results: readonly Told[],
  root: Random,
): LoopState {
  const done = new Set(results.map(({ id }) => id));
  const complete = results.flatMap(({ architecture, fidelity, evaluation: { curve, stop } }) =>
    stopEarly === undefined || fidelity !== undefined || curve === undefined || stop !== undefined
      ? []
      : [{ values: curve, features: [...space.encode(architecture, 'adjacency')] }],
  );
  return {
    ...state,
    searcher: searcher.tell(state.searcher, results, root.split('tell', state.tells)),
    tells: state.tells + 1,
    told: state.told + results.length,
    seconds: results.reduce((sum, { evaluation }) => sum + evaluation.seconds, state.seconds),
    epochs: results.reduce((sum, { evaluation }) => sum + evaluation.epochs, state.epochs),
    pending: state.pending.filter(({ id }) => !done.has(id)),
    ...(stopEarly && { ended: [...(state.ended ?? []), ...complete] }),
  };
}

/** Nothing that is not finite reaches a searcher or a ledger. */
export function checkEvaluation(
  { name }: Evaluator,
  id: number,
  { score, seconds, epochs, metrics }: Evaluation,
): void {
  for (const [key, value] of Object.entries({ score, seconds, epochs, ...metrics })) {
    if (Number.isFinite(value)) continue;
    const remedy = 'look at the evaluator and its data';
    throw new MixopError('numeric', `evaluation ${id}`, `${key} of ${name} is ${value}`, remedy);
  }
}

function checkLimits(limits: Limits, batch: number): void {
  const given = Object.entries(limits) as [keyof Limits, number][];
  const remedy = 'give a number over 0';
  for (const [name, value] of given) {
    if (!(value > 0)) throw new MixopError('config', name, `a budget of ${value} allows nothing`, remedy);
  }
  if (given.length === 0)
    throw new MixopError('config', 'limits', 'there is none: the search would not end', remedy);
  if (!Number.isSafeInteger(batch) || batch < 1)
    throw new MixopError('config', 'batch', `${batch} is not a whole number over 0`, 'give 1 or more');
}

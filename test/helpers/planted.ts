// Evaluators with known answers, for the tests of searchers and of their loop.

import type { Architecture, DecisionSpace } from '../../src/discrete-baselines/architecture.ts';
import type { Evaluator } from '../../src/discrete-baselines/evaluator.ts';
import { type LoopOptions, runSearcher, startState } from '../../src/discrete-baselines/loop.ts';
import type { Told } from '../../src/discrete-baselines/searcher.ts';
import { chainSpace } from '../../src/discrete-baselines/spaces/chain-space.ts';

/** Scores by a function; `delay` in milliseconds by evaluation number, for results out of order. */
export function planted(
  score: (architecture: Architecture) => number,
  { seconds = 1, delay }: { readonly seconds?: number; readonly delay?: (id: number) => number } = {},
): Evaluator {
  return {
    name: 'planted',
    cost: () => seconds,
    async evaluate({ architecture, id }, signal) {
      if (delay) await new Promise((resolve) => setTimeout(resolve, delay(id)));
      signal.throwIfAborted();
      return { score: score(architecture), seconds, epochs: 1, metrics: {} };
    },
  };
}

/** All results of a whole search, in the order in which they were told. */
export async function runAll(options: LoopOptions): Promise<readonly Told[]> {
  const results: Told[] = [];
  for await (const event of runSearcher(startState(options.searcher, options.seed), options)) {
    if (event.kind === 'told') results.push(...event.results);
  }
  return results;
}

/** A chain of `layers` binary decisions. */
export function bits(layers: number): DecisionSpace {
  return chainSpace({ name: 'bits', layers, choices: ['0', '1'] });
}

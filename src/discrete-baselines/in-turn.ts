// One evaluation after the other.

import type { Evaluation, Evaluator } from './evaluator.ts';

/**
 * An evaluator that begins an evaluation once the one before it has ended. Each may take memory and threads of its own,
 * and its measured seconds hold no wait for others.
 */
export function inTurn(evaluator: Evaluator): Evaluator {
  let turn: Promise<unknown> = Promise.resolve();
  return {
    ...evaluator,
    evaluate(request, signal) {
      const evaluate = (): Promise<Evaluation> => {
        signal.throwIfAborted();
        return evaluator.evaluate(request, signal);
      };
      const result = turn.then(evaluate);
      turn = result.catch(() => {});
      return result;
    },
  };
}

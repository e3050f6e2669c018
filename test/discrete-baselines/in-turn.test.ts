// Evaluations that take turns.

import { expect, it } from 'vitest';
import { Random } from '../../src/base/random.ts';
import type { Evaluation, EvaluationRequest, Evaluator } from '../../src/discrete-baselines/evaluator.ts';
import { inTurn } from '../../src/discrete-baselines/in-turn.ts';

const random = Random.fromSeed(0);
const request = (id: number): EvaluationRequest => ({
  id,
  architecture: [id],
  fidelity: {},
  seed: 0,
  random,
});
const { signal } = new AbortController();

function watched(): { readonly evaluator: Evaluator; readonly most: () => number } {
  let [running, most] = [0, 0];
  const evaluator: Evaluator = {
    name: 'watched',
    async evaluate({ id }): Promise<Evaluation> {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setTimeout(resolve, 5));
      running -= 1;
      if (id === 1) throw new Error('no score');
      return { score: id, seconds: 0, epochs: 0, metrics: {} };
    },
  };
  return { evaluator, most: () => most };
}

it('begins an evaluation once the one before has ended, also by an error', async () => {
  const { evaluator, most } = watched();
  const turns = inTurn(evaluator);
  const ended = await Promise.allSettled([0, 1, 2].map((id) => turns.evaluate(request(id), signal)));
  expect(ended.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(most()).toBe(1);
});

it('does not begin what was aborted while it waited', async () => {
  const { evaluator } = watched();
  const turns = inTurn(evaluator);
  const stopping = new AbortController();
  const first = turns.evaluate(request(0), signal);
  const second = turns.evaluate(request(2), stopping.signal);
  stopping.abort(new Error('stopped'));
  await expect(second).rejects.toThrow('stopped');
  expect((await first).score).toBe(0);
});

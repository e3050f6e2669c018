// Bilevel steps on a problem whose answer is known, and the schedules.

import { describe, expect, it } from 'vitest';
import { firstOrder } from '../../src/bilevel/first-order.ts';
import { cosineRate } from '../../src/base/cosine-rate.ts';
import { adamCorrections } from '../../src/supernet/problem/alpha-update.ts';
import { bilevelStep } from '../../src/bilevel/step.ts';
import { unrolled } from '../../src/bilevel/unrolled.ts';
import { ClosedForm, closedFormCases, fixedPoint } from '../../src/verify/closed-form.ts';

describe('the closed-form bilevel problem', () => {
  it.each(closedFormCases)('converges to alpha = w = $answer: $name', ({ xi, estimator, answer }) => {
    const { alphas, weights } = fixedPoint({ xi, estimator });
    expect(alphas.value).toBeCloseTo(answer, 9);
    expect(weights.value).toBeCloseTo(answer, 9);
  });

  it('gives the unrolled gradient at the start, by hand', () => {
    // w' = w - xi * (2w - 2a) = -2 + 8 xi, grad_a L_val(w') = w' - 2, v = a, mixed derivative -2:
    // (w' - 2) - xi * (-2) * a.
    const problem = new ClosedForm(0.3, 0.05);
    const into = problem.vector('result');
    unrolled(problem, into);
    expect(into.value).toBeCloseTo(-2 + 8 * 0.3 - 2 + 0.3 * 2 * 2, 9);
    expect(problem.weights.value).toBe(-2);
  });

  it('survives a vanishing direction: the second-order term is 0', () => {
    const problem = new ClosedForm(0.3, 0.05);
    problem.alphas.value = 0;
    const into = problem.vector('result');
    unrolled(problem, into);
    expect(into.value).toBeCloseTo(problem.weights.value * (1 - 0.6) - 2, 9);
  });

  it('asks for exactly the passes and gradients that each order needs', () => {
    const first = new ClosedForm(0.1, 0.05);
    bilevelStep(first, firstOrder);
    expect(first.asked).toEqual(['valid alphas', 'train weights']);
    const second = new ClosedForm(0.1, 0.05);
    bilevelStep(second, unrolled);
    expect(second.asked).toEqual([
      'train weights',
      'valid weights+alphas',
      'train alphas',
      'train alphas',
      'train weights',
    ]);
  });
});

describe('schedules', () => {
  it.each([
    { epoch: 0, rate: 0.025 },
    { epoch: 25, rate: 0.013 },
    { epoch: 50, rate: 0.001 },
  ])('cosine from 0.025 to 0.001 over 50 epochs: $rate at $epoch', ({ epoch, rate }) => {
    expect(cosineRate(epoch, 50, 0.025, 0.001)).toBeCloseTo(rate, 12);
  });

  it('corrects the bias of Adam', () => {
    expect(adamCorrections([0.5, 0.999], 1)).toEqual([0.5, 1 - 0.999]);
    expect(adamCorrections([0.5, 0.999], 3)).toEqual([1 - 0.125, 1 - 0.999 ** 3]);
  });
});

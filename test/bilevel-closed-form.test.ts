// L_val = alpha*w - 2*alpha + 1, L_train = w^2 - 2*alpha*w + alpha^2, plain gradient steps. The alternating fixed
// point is alpha = w = 2 / (1 + 2 xi), where xi is the rate of the unrolled step.

import { describe, expect, it } from 'vitest';
import { firstOrder } from '../src/bilevel/first-order.ts';
import type { AlphaGradient, BilevelProblem, Outcome, Split } from '../src/bilevel/problem.ts';
import { adamCorrections, cosineRate } from '../src/bilevel/schedule.ts';
import { bilevelStep } from '../src/bilevel/step.ts';
import { unrolled } from '../src/bilevel/unrolled.ts';

interface Cell {
  value: number;
}

class ClosedForm implements BilevelProblem<Cell, Cell> {
  readonly weights: Cell = { value: -2 };
  readonly alphas: Cell = { value: 2 };
  readonly weightState = [this.weights];
  readonly weightRate: Cell;
  readonly asked: string[] = [];
  private readonly cells = new Map<string, Cell>();
  private readonly rate: number;

  constructor(xi: number, rate: number) {
    this.weightRate = { value: xi };
    this.rate = rate;
  }

  vector(name: string): Cell {
    const cell = this.cells.get(name) ?? { value: 0 };
    this.cells.set(name, cell);
    return cell;
  }

  scalar(name: string): Cell {
    return this.vector(name);
  }

  gradient(split: Split, into: { weights?: Cell; alphas?: Cell }): Outcome<Cell> {
    const [w, a] = [this.weights.value, this.alphas.value];
    this.asked.push(`${split} ${Object.keys(into).join('+')}`);
    if (into.weights) into.weights.value = split === 'valid' ? a : 2 * w - 2 * a;
    if (into.alphas) into.alphas.value = split === 'valid' ? w - 2 : -2 * w + 2 * a;
    const loss = split === 'valid' ? a * w - 2 * a + 1 : w * w - 2 * a * w + a * a;
    return { loss: { value: loss }, correct: { value: 0 } };
  }

  weightStep(gradient: Cell, { clipped }: { clipped: boolean }): void {
    this.weights.value -= (clipped ? this.rate : this.weightRate.value) * gradient.value;
  }

  alphaStep(gradient: Cell): void {
    this.alphas.value -= this.rate * gradient.value;
  }

  copy(to: Cell, from: Cell): void {
    to.value = from.value;
  }

  axpy(out: Cell, base: Cell, factor: number, x: Cell, scale?: Cell): void {
    out.value = base.value + factor * (scale?.value ?? 1) * x.value;
  }

  norm(out: Cell, x: Cell): void {
    out.value = Math.abs(x.value);
  }

  quotient(out: Cell, factor: number, numerator: Cell | undefined, denominator: Cell): void {
    out.value = denominator.value === 0 ? 0 : (factor * (numerator?.value ?? 1)) / denominator.value;
  }
}

function fixedPoint(xi: number, estimator: AlphaGradient): ClosedForm {
  const problem = new ClosedForm(xi, 0.05);
  for (let step = 0; step < 5000; step++) bilevelStep(problem, estimator);
  return problem;
}

describe('the closed-form bilevel problem', () => {
  it.each([
    { name: 'first order', xi: 0.5, estimator: firstOrder, answer: 2 },
    { name: 'unrolled with xi = 0', xi: 0, estimator: unrolled, answer: 2 },
    { name: 'unrolled with xi = 0.25', xi: 0.25, estimator: unrolled, answer: 4 / 3 },
    { name: 'unrolled with xi = 0.5, the true optimum', xi: 0.5, estimator: unrolled, answer: 1 },
  ])('converges to alpha = w = $answer: $name', ({ xi, estimator, answer }) => {
    const { alphas, weights } = fixedPoint(xi, estimator);
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

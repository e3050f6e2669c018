// A bilevel problem with a known answer: L_val = alpha*w - 2*alpha + 1, L_train = w^2 - 2*alpha*w + alpha^2, start
// (alpha, w) = (2, -2), plain gradient steps. The alternating fixed point is alpha = w = 2 / (1 + 2 xi), where xi is
// the rate of the unrolled step.

import { firstOrder } from '../bilevel/first-order.ts';
import type { AlphaGradient, BilevelProblem, BatchResult, Split } from '../bilevel/problem.ts';
import { bilevelStep } from '../bilevel/step.ts';
import { unrolled } from '../bilevel/unrolled.ts';

export interface Cell {
  value: number;
}

export class ClosedForm implements BilevelProblem<Cell, Cell> {
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

  gradient(split: Split, into: { weights?: Cell; alphas?: Cell }): BatchResult<Cell> {
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

export interface ClosedFormCase {
  readonly name: string;
  readonly xi: number;
  readonly estimator: AlphaGradient;
  /** alpha and w at the fixed point. */
  readonly answer: number;
}

export const closedFormCases: readonly ClosedFormCase[] = [
  { name: 'first order', xi: 0.5, estimator: firstOrder, answer: 2 },
  { name: 'unrolled with xi = 0', xi: 0, estimator: unrolled, answer: 2 },
  { name: 'unrolled with xi = 0.25', xi: 0.25, estimator: unrolled, answer: 4 / 3 },
  { name: 'unrolled with xi = 0.5, the true optimum', xi: 0.5, estimator: unrolled, answer: 1 },
];

/** 5,000 alternating steps at rate 0.05. */
export function fixedPoint({ xi, estimator }: Pick<ClosedFormCase, 'xi' | 'estimator'>): ClosedForm {
  const problem = new ClosedForm(xi, 0.05);
  for (let step = 0; step < 5000; step++) bilevelStep(problem, estimator);
  return problem;
}

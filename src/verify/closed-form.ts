// A bilevel problem with a known answer: L_val = alpha*w - 2*alpha + 1, L_train = w^2 - 2*alpha*w + alpha^2, start
// (alpha, w) = (2, -2), plain gradient steps. The alternating fixed point is alpha = w = 2 / (1 + 2 xi), where xi is
// the rate of the unrolled step.

import { firstOrder } from '../bilevel/first-order.ts';
import type { AlphaGradient, BilevelProblem, BatchResult, Split } from '../bilevel/problem.ts';
import { bilevelStep } from '../bilevel/step.ts';
import { unrolled } from '../bilevel/unrolled.ts';

interface Scalar {
  value: number;
}

export class ClosedForm implements BilevelProblem<Scalar, Scalar> {
  readonly weights: Scalar = { value: -2 };
  readonly alphas: Scalar = { value: 2 };
  readonly weightState = [this.weights];
  readonly weightRate: Scalar;
  readonly asked: string[] = [];
  private readonly scalars = new Map<string, Scalar>();
  private readonly rate: number;

  constructor(xi: number, rate: number) {
    this.weightRate = { value: xi };
    this.rate = rate;
  }

  vector(name: string): Scalar {
    const scalar = this.scalars.get(name) ?? { value: 0 };
    this.scalars.set(name, scalar);
    return scalar;
  }

  scalar(name: string): Scalar {
    return this.vector(name);
  }

  gradient(split: Split, into: { weights?: Scalar; alphas?: Scalar }): BatchResult<Scalar> {
    const [w, a] = [this.weights.value, this.alphas.value];
    this.asked.push(`${split} ${Object.keys(into).join('+')}`);
    if (into.weights) into.weights.value = split === 'valid' ? a : 2 * w - 2 * a;
    if (into.alphas) into.alphas.value = split === 'valid' ? w - 2 : -2 * w + 2 * a;
    const loss = split === 'valid' ? a * w - 2 * a + 1 : w * w - 2 * a * w + a * a;
    return { loss: { value: loss }, correct: { value: 0 } };
  }

  weightStep(gradient: Scalar, { clipped }: { clipped: boolean }): void {
    this.weights.value -= (clipped ? this.rate : this.weightRate.value) * gradient.value;
  }

  alphaStep(gradient: Scalar): void {
    this.alphas.value -= this.rate * gradient.value;
  }

  copy(to: Scalar, from: Scalar): void {
    to.value = from.value;
  }

  axpy(out: Scalar, base: Scalar, factor: number, x: Scalar, scale?: Scalar): void {
    out.value = base.value + factor * (scale?.value ?? 1) * x.value;
  }

  norm(out: Scalar, x: Scalar): void {
    out.value = Math.abs(x.value);
  }

  quotient(out: Scalar, factor: number, numerator: Scalar | undefined, denominator: Scalar): void {
    out.value = denominator.value === 0 ? 0 : (factor * (numerator?.value ?? 1)) / denominator.value;
  }
}

interface ClosedFormCase {
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

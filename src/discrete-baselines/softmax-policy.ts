// An independent softmax for every decision of a space whose decisions are of fixed kinds: probabilities, sampling and
// gradients in plain float64. What is not open is left out of the softmax.

import type { Random } from '../base/random.ts';
import type { Architecture, Decision, DecisionSpace } from './architecture.ts';
import { completeWith, decisionsOf } from './decisions.ts';

/** One row a decision, of its kind's size. */
type Logits = readonly (readonly number[])[];

/** Probabilities over all options of a decision; 0 for those that are not open. */
export function probabilities(logits: readonly number[], { allowed }: Decision): number[] {
  const top = allowed.reduce((best, option) => Math.max(best, logits[option]!), -Infinity);
  const powers = logits.map(() => 0);
  let sum = 0;
  for (const option of allowed) sum += powers[option] = Math.exp(logits[option]! - top);
  return powers.map((power) => power / sum);
}

export function samplePolicy(space: DecisionSpace, logits: Logits, random: Random): Architecture {
  return completeWith(
    (prefix) => space.next(prefix),
    [],
    (decision, position) => drawFrom(probabilities(logits[position]!, decision), random),
  );
}

/** An index with its probability. */
export function drawFrom(weights: readonly number[], random: Random): number {
  let left = random.uniform();
  for (const [index, weight] of weights.entries()) {
    left -= weight;
    if (left < 0) return index;
  }
  // Rounding left a little over: the last that can be drawn.
  return weights.findLastIndex((weight) => weight > 0);
}

/** d log p(architecture) / d logits = onehot(choice) - softmax, at every decision; 0 past the end of a shorter one. */
export function logProbabilityGradient(
  space: DecisionSpace,
  logits: Logits,
  architecture: Architecture,
): number[][] {
  const decisions = decisionsOf(space, architecture);
  return logits.map((row, position) => {
    const decision = decisions[position];
    if (decision === undefined) return row.map(() => 0);
    return probabilities(row, decision).map((p, option) => (option === architecture[position] ? 1 : 0) - p);
  });
}

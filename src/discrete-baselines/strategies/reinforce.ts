// REINFORCE (Williams 1992) with an independent softmax for every decision, as NAS-Bench-201 uses it (Dong and Yang
// 2020, section 4.2): no recurrent controller, a moving average as baseline, Adam on the logits, no entropy term.

import type { SearchSpace } from '../architecture.ts';
import type { Searcher } from '../searcher.ts';
import { decisionsOf, logProbabilityGradient, samplePolicy } from '../softmax-policy.ts';

export interface ReinforceSettings {
  readonly rate: number;
  /** Decay of the moving average of rewards. */
  readonly decay: number;
  /** Logits start at scale * N(0, 1). */
  readonly scale: number;
}

export interface ReinforceState {
  readonly logits: readonly (readonly number[])[];
  readonly first: readonly (readonly number[])[];
  readonly second: readonly (readonly number[])[];
  /** Steps of Adam and of the moving average. */
  readonly steps: number;
  /** sum of (1 - decay) decay^i reward, not yet corrected for its start at 0. */
  readonly average: number;
}

const [beta1, beta2, epsilon] = [0.9, 0.999, 1e-8];

export function reinforce(
  space: SearchSpace,
  { rate, decay, scale }: ReinforceSettings = { rate: 0.01, decay: 0.9, scale: 1e-3 },
): Searcher<ReinforceState> {
  return {
    name: 'reinforce',
    init(random) {
      const shape = decisionsOf(space, space.sample(random.split('shape')));
      const logits = shape.map(({ size }) => Array.from({ length: size }, () => scale * random.normal()));
      const zeros = logits.map((row) => row.map(() => 0));
      return { logits, first: zeros, second: zeros, steps: 0, average: 0 };
    },
    ask: (state, count, random) => ({
      state,
      proposals: Array.from({ length: count }, () => ({
        architecture: samplePolicy(space, state.logits, random),
      })),
    }),
    tell: (state, results) =>
      results.reduce((now, { architecture, evaluation }) => {
        const steps = now.steps + 1;
        const average = decay * now.average + (1 - decay) * evaluation.score;
        // The reward's own average, the current reward included, corrected for the start at 0.
        const advantage = evaluation.score - average / (1 - decay ** steps);
        const gradient = logProbabilityGradient(space, now.logits, architecture);
        return { ...adamStep(now, gradient, advantage, rate, steps), steps, average };
      }, state),
  };
}

/** Adam (Kingma and Ba 2015, algorithm 1) on the loss -advantage * log p. */
function adamStep(
  { logits, first, second }: ReinforceState,
  gradient: readonly (readonly number[])[],
  advantage: number,
  rate: number,
  step: number,
): Pick<ReinforceState, 'logits' | 'first' | 'second'> {
  const [correction1, correction2] = [1 - beta1 ** step, 1 - beta2 ** step];
  const g = gradient.map((row) => row.map((value) => -advantage * value));
  const m = first.map((row, i) => row.map((value, k) => beta1 * value + (1 - beta1) * g[i]![k]!));
  const v = second.map((row, i) => row.map((value, k) => beta2 * value + (1 - beta2) * g[i]![k]! ** 2));
  const moved = logits.map((row, i) =>
    row.map((value, k) => {
      const step = m[i]![k]! / correction1 / (Math.sqrt(v[i]![k]! / correction2) + epsilon);
      return value - rate * step;
    }),
  );
  return { logits: moved, first: m, second: v };
}

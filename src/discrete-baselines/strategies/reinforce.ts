// REINFORCE (Williams 1992) with an independent softmax for every decision, as NAS-Bench-201 uses it (Dong and Yang
// 2020, section 4.2): no recurrent controller, a moving average as baseline, Adam on the logits, no entropy term.

import { adamStart, type AdamState, adamStep } from '../adam.ts';
import type { DecisionSpace } from '../architecture.ts';
import type { Searcher } from '../searcher.ts';
import { logProbabilityGradient, samplePolicy } from '../softmax-policy.ts';
import { fixedDecisions } from '../tokens.ts';

interface ReinforceSettings {
  readonly rate: number;
  /** Decay of the moving average of rewards. */
  readonly decay: number;
  /** Logits start at scale * N(0, 1). */
  readonly scale: number;
}

interface ReinforceState {
  /** One row a decision. */
  readonly logits: readonly (readonly number[])[];
  readonly adam: AdamState;
  /** sum of (1 - decay) decay^i reward, not yet corrected for its start at 0. */
  readonly average: number;
}

export function reinforce(
  space: DecisionSpace,
  { rate, decay, scale }: ReinforceSettings = { rate: 0.01, decay: 0.9, scale: 1e-3 },
): Searcher<ReinforceState> {
  return {
    name: 'reinforce',
    init(random) {
      const logits = fixedDecisions(space).map(({ size }) =>
        Array.from({ length: size }, () => scale * random.normal()),
      );
      return { logits, adam: adamStart(logits.flat().length), average: 0 };
    },
    ask: (state, count, random) => ({
      state,
      proposals: Array.from({ length: count }, () => ({
        architecture: samplePolicy(space, state.logits, random),
      })),
    }),
    tell: (state, results) =>
      results.reduce((now, { architecture, evaluation }) => {
        const average = decay * now.average + (1 - decay) * evaluation.score;
        // The reward's own average, the current reward included, corrected for the start at 0.
        const advantage = evaluation.score - average / (1 - decay ** (now.adam.steps + 1));
        // The loss is -advantage * log p.
        const gradient = logProbabilityGradient(space, now.logits, architecture)
          .flat()
          .map((value) => -advantage * value);
        const { values, state: adam } = adamStep(now.logits.flat(), gradient, now.adam, rate);
        let at = 0;
        const logits = now.logits.map((row) => values.slice(at, (at += row.length)));
        return { logits, adam, average };
      }, state),
  };
}

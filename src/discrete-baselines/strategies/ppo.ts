// Proximal policy optimisation (Schulman et al. 2017, equation 7) of an LSTM controller, as NASNet is searched (Zoph et
// al. 2018, appendix A): batches of architectures, each gone through several times with clipped ratios per decision.

import { Random } from '../../base/random.ts';
import { adamStart, type AdamState, adamStep } from '../adam.ts';
import type { Architecture, DecisionSpace } from '../architecture.ts';
import { byEntropy, byLogProbability, Controller, type ControllerPass } from '../controller.ts';
import type { Searcher } from '../searcher.ts';

interface PpoSettings {
  readonly hidden: number;
  readonly rate: number;
  /** Decay of the moving average of rewards. */
  readonly decay: number;
  /** Architectures of a batch. */
  readonly batch: number;
  /** Steps of Adam on each batch. */
  readonly passes: number;
  /** Ratios count no further from 1 than this. */
  readonly clip: number;
  readonly entropy: number;
}

export const nasNet: PpoSettings = {
  hidden: 100,
  rate: 3.5e-4,
  decay: 0.95,
  batch: 20,
  passes: 4,
  clip: 0.2,
  entropy: 1e-5,
};

interface Sample {
  readonly architecture: Architecture;
  readonly reward: number;
  /** log p of every decision when it was drawn. */
  readonly before: readonly number[];
}

interface PpoState {
  readonly parameters: readonly number[];
  readonly adam: AdamState;
  readonly baseline: number | undefined;
  readonly gathered: readonly Sample[];
}

/** log p of every decision. */
export function logProbabilities({ steps }: ControllerPass): readonly number[] {
  return steps.map(({ p, choice }) => Math.log(p[choice]!));
}

/**
 * Gradient of the loss of one architecture, by the logits: -min(r A, clip(r) A) summed over decisions, minus the entropy
 * term. Where clipping binds, the first part has slope 0; at ratio 1 it is REINFORCE's -A.
 */
export function ppoByLogits(
  { steps }: ControllerPass,
  before: readonly number[],
  advantage: number,
  clip: number,
  entropyWeight: number,
): number[][] {
  return steps.map((step, i) => {
    const ratio = step.p[step.choice]! / Math.exp(before[i]!);
    const bound = advantage >= 0 ? ratio > 1 + clip : ratio < 1 - clip;
    // d r / d logits = r * d log p / d logits
    const factor = bound ? 0 : -advantage * ratio;
    const entropy = byEntropy(step);
    return byLogProbability(step).map((value, k) => factor * value - entropyWeight * entropy[k]!);
  });
}

export function ppo(space: DecisionSpace, settings: PpoSettings = nasNet): Searcher<PpoState> {
  const { hidden, rate, decay, batch, passes, clip, entropy } = settings;
  const controller = new Controller(
    space,
    { hidden, layers: 1, scale: 0.1 },
    space.sample(Random.fromSeed(0)),
  );

  function learnt(state: PpoState): PpoState {
    let { parameters, adam } = state;
    // One baseline for the whole batch: what came before it.
    const rewards = state.gathered.map(({ reward }) => reward);
    const mean = rewards.reduce((sum, reward) => sum + reward, 0) / rewards.length;
    const baseline = state.baseline ?? mean;
    for (let pass = 0; pass < passes; pass++) {
      const gradient = new Float64Array(controller.size);
      for (const { architecture, reward, before } of state.gathered) {
        const seen = controller.pass(parameters, architecture);
        const one = seen.backward(ppoByLogits(seen, before, reward - baseline, clip, entropy));
        for (const [i, value] of one.entries()) gradient[i]! += value / state.gathered.length;
      }
      ({ values: parameters, state: adam } = adamStep(parameters, gradient, adam, rate));
    }
    const next = rewards.reduce((average, reward) => decay * average + (1 - decay) * reward, baseline);
    return { parameters, adam, baseline: next, gathered: [] };
  }

  return {
    name: 'ppo',
    init: (random) => ({
      parameters: controller.initialise(random),
      adam: adamStart(controller.size),
      baseline: undefined,
      gathered: [],
    }),
    ask: (state, count, random) => ({
      state,
      proposals: Array.from({ length: count }, () => {
        const architecture = controller.sample(state.parameters, random);
        return { architecture, context: logProbabilities(controller.pass(state.parameters, architecture)) };
      }),
    }),
    tell: (state, results) =>
      results.reduce((now, { architecture, evaluation, context }) => {
        const before = context as readonly number[];
        const sample = { architecture, reward: evaluation.score / 100, before };
        const gathered = [...now.gathered, sample];
        return gathered.length < batch ? { ...now, gathered } : learnt({ ...now, gathered });
      }, state),
  };
}

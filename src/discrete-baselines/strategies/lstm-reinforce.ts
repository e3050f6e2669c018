// NAS by reinforcement learning (Zoph and Le 2017): an LSTM controller trained by REINFORCE, its baseline an exponential
// moving average of rewards. The reward is a power of the score (the paper: the cube of the validation accuracy).

import type { DecisionSpace } from '../architecture.ts';
import { adamStart, type AdamState, adamStep } from '../adam.ts';
import { byEntropy, byLogProbability, Controller, type ControllerShape } from '../controller.ts';
import type { Searcher } from '../searcher.ts';
import { Random } from '../../base/random.ts';

export interface LstmSettings {
  /** H and layers: 35 and 2 in the paper. */
  readonly hidden: number;
  readonly layers: number;
  readonly rate: number;
  /** Decay of the moving average. */
  readonly decay: number;
  /** Architectures between two steps of the controller: their gradients are averaged. */
  readonly batch: number;
  /** The reward is (score / 100)^power: scores are in percent. */
  readonly power: number;
  /** Weight of the entropy in the reward of a decision. */
  readonly entropy: number;
}

export interface LstmState {
  readonly parameters: readonly number[];
  readonly adam: AdamState;
  /** The moving average; undefined before the first reward. */
  readonly baseline: number | undefined;
  /** Sum of the losses' gradients since the last step, and of how many architectures. */
  readonly gathered: readonly number[];
  readonly count: number;
}

export const zophLe: LstmSettings = {
  hidden: 35,
  layers: 2,
  rate: 6e-4,
  decay: 0.95,
  batch: 1,
  power: 3,
  entropy: 0,
};

export function lstmReinforce(space: DecisionSpace, settings: LstmSettings = zophLe): Searcher<LstmState> {
  const { hidden, layers } = settings;
  return policyGradient('lstm-reinforce', space, settings, { hidden, layers, scale: 0.08 });
}

/** REINFORCE with a controller of any shape. */
export function policyGradient(
  name: string,
  space: DecisionSpace,
  { rate, decay, batch, power, entropy: entropyWeight }: LstmSettings,
  shape: ControllerShape,
): Searcher<LstmState> {
  const controller = new Controller(space, shape, space.sample(Random.fromSeed(0)));
  const zeros = Array.from({ length: controller.size }, () => 0);
  return {
    name,
    init: (random) => ({
      parameters: controller.initialise(random),
      adam: adamStart(controller.size),
      baseline: undefined,
      gathered: zeros,
      count: 0,
    }),
    ask: (state, count, random) => ({
      state,
      proposals: Array.from({ length: count }, () => ({
        architecture: controller.sample(state.parameters, random),
      })),
    }),
    tell: (state, results) =>
      results.reduce((now, { architecture, evaluation }) => {
        const pass = controller.pass(now.parameters, architecture);
        const reward = Math.max(0, evaluation.score / 100) ** power + entropyWeight * pass.entropy;
        // The baseline takes the current reward in before it is subtracted, as ENAS's code does.
        const baseline = now.baseline === undefined ? reward : decay * now.baseline + (1 - decay) * reward;
        const gradient = pass.backward(
          pass.steps.map((step) => {
            const entropy = byEntropy(step);
            return byLogProbability(step).map(
              (value, option) => -(reward - baseline) * value - entropyWeight * entropy[option]!,
            );
          }),
        );
        const gathered = now.gathered.map((sum, i) => sum + gradient[i]!);
        const count = now.count + 1;
        if (count < batch) return { ...now, baseline, gathered, count };
        const mean = gathered.map((sum) => sum / batch);
        const { values, state: adam } = adamStep(now.parameters, mean, now.adam, rate);
        return { parameters: values, adam, baseline, gathered: zeros, count: 0 };
      }, state),
  };
}

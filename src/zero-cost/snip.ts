// SNIP (Lee, Ajanthan and Torr 2019, "SNIP: single-shot network pruning based on connection sensitivity", section 4.1,
// not normalised): |w * dL/dw|, how sensitive the loss is to a weight's removal, summed over all weights (Abdelfattah et al.
// 2021, section 3.2).

import type { WeightAndGradient, ZeroCostScore } from './score.ts';

export const snip: ZeroCostScore = {
  name: 'snip',
  summary: 'sensitivity of the loss to the removal of weights (Lee et al. 2019)',
  record: (network) => ({
    program: network.lossGradient(),
    read: async (executor) => sensitivity(await network.weightsAndGradients(executor)),
  }),
};

/** sum of |w * g| */
export function sensitivity(layers: readonly WeightAndGradient[]): number {
  return layers.reduce((sum, { weight, gradient }) => {
    for (let i = 0; i < weight.length; i++) sum += Math.abs(weight[i]! * gradient[i]!);
    return sum;
  }, 0);
}

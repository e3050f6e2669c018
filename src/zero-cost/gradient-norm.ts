// Gradient norm (Abdelfattah et al. 2021, "Zero-cost proxies for lightweight NAS", section 3.2): the Euclidean norms of
// the loss's gradients, summed over layers.

import type { WeightAndGradient, ZeroCostScore } from './score.ts';

export const gradientNorm: ZeroCostScore = {
  name: 'gradient-norm',
  summary: "norms of the loss's gradients (Abdelfattah et al. 2021)",
  record: (network) => ({
    program: network.lossGradient(),
    read: async (executor) => sumOfNorms(await network.weightsAndGradients(executor)),
  }),
};

/** sum over layers of sqrt(sum of g^2) */
export function sumOfNorms(layers: readonly WeightAndGradient[]): number {
  return layers.reduce((sum, { gradient }) => {
    let squares = 0;
    for (let i = 0; i < gradient.length; i++) squares += gradient[i]! ** 2;
    return sum + Math.sqrt(squares);
  }, 0);
}

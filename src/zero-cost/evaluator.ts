// Scores architectures by a zero-cost score of their network with random weights, drawn again for every evaluation.

import { MixopError } from '../base/errors.ts';
import type { Evaluator } from '../discrete-baselines/evaluator.ts';
import { inTurn } from '../discrete-baselines/in-turn.ts';
import type { CellDecisionSpace } from '../discrete-baselines/spaces/cell-space.ts';
import type { DerivedDescription } from '../supernet/derived-network.ts';
import type { ExecutorOptions } from '../engine/executors.ts';
import { genotypeOf } from '../engine/decision-space.ts';
import { measureZeroCost, type ZeroCostInput } from './measure.ts';
import type { ZeroCostScore } from './score.ts';

/** The score in a ledger of a network that has none: below all others. */
export const degenerate = -1e9;

type UntrainedNetworks = Omit<DerivedDescription, 'genotype'>;

export function zeroCostEvaluator(
  score: ZeroCostScore,
  networks: UntrainedNetworks,
  search: CellDecisionSpace,
  { dataset, batch }: Omit<ZeroCostInput, 'description'>,
  executor: ExecutorOptions,
): Evaluator {
  return inTurn({
    name: `zero-cost:${score.name}`,
    async evaluate({ architecture, fidelity, random }) {
      const [unknown] = Object.keys(fidelity);
      if (unknown !== undefined) {
        const remedy = 'use a strategy of full evaluations';
        throw new MixopError('config', 'fidelity', `zero-cost scores do not support ${unknown}`, remedy);
      }
      const genotype = genotypeOf(networks.space, search, architecture);
      const description = { ...networks, genotype };
      const started = performance.now();
      const measure = await measureZeroCost([score], { description, dataset, batch }, random, executor);
      const value = measure.scores[score.name]!;
      const seconds = (performance.now() - started) / 1000;
      const { parameters, multiplyAdds } = measure;
      const found = Number.isFinite(value) ? value : degenerate;
      return { score: found, seconds, epochs: 0, metrics: { parameters, multiplyAdds } };
    },
  });
}

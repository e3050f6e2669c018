// Scores architectures by their validation accuracy on shared weights.

import { MixopError } from '../base/errors.ts';
import type { Evaluator } from '../discrete-baselines/evaluator.ts';
import { inTurn } from '../discrete-baselines/in-turn.ts';
import type { CellDecisionSpace } from '../discrete-baselines/spaces/cell-space.ts';
import type { ImageSpace } from '../supernet/space.ts';
import { genotypeOf } from '../engine/decision-space.ts';
import { restrictedTo } from './path-plan.ts';
import type { SharedWeights } from './shared-weights.ts';

/** The score is in percent; seconds are measured. */
export function sharedEvaluator(
  shared: SharedWeights,
  space: ImageSpace,
  search: CellDecisionSpace,
): Evaluator {
  return inTurn({
    name: 'shared',
    async evaluate({ architecture, fidelity }, signal) {
      const { dataShare = 1, ...other } = fidelity;
      const [unknown] = Object.keys(other);
      if (unknown !== undefined) {
        const remedy = 'set the strategy to shares of the data, or to full evaluations';
        throw new MixopError('config', 'fidelity', `shared weights do not support ${unknown}`, remedy);
      }
      const started = performance.now();
      const genotype = genotypeOf(space, search, architecture);
      const { accuracy, ...metrics } = await shared.evaluate(restrictedTo(genotype), {
        share: dataShare,
        signal,
      });
      const seconds = (performance.now() - started) / 1000;
      return { score: accuracy, seconds, epochs: 0, metrics };
    },
  });
}

// Scores architectures by their validation accuracy on shared weights.

import type { Evaluator } from '../../discrete-baselines/evaluator.ts';
import type { CellSearchSpace } from '../../discrete-baselines/spaces/cell-space.ts';
import type { Space } from '../../supernet/space.ts';
import { genotypeOf } from '../search-space.ts';
import { restrictedTo } from './path-plan.ts';
import type { SharedWeights } from './shared-weights.ts';

/** The score is in percent; seconds are measured. */
export function sharedEvaluator(shared: SharedWeights, space: Space, search: CellSearchSpace): Evaluator {
  return {
    name: 'shared',
    async evaluate({ architecture }, signal) {
      const started = performance.now();
      const genotype = genotypeOf(space, search, architecture);
      const { accuracy, ...metrics } = await shared.evaluate(restrictedTo(genotype), signal);
      const seconds = (performance.now() - started) / 1000;
      return { score: accuracy, seconds, epochs: 0, metrics };
    },
  };
}

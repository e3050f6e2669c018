// Scores architectures by short trainings of their own networks.

import type { Evaluator } from '../../discrete-baselines/evaluator.ts';
import type { CellSearchSpace } from '../../discrete-baselines/spaces/cell-space.ts';
import type { ShortTraining } from '../../networks/short-training.ts';
import type { Space } from '../../supernet/space.ts';
import { genotypeOf } from '../search-space.ts';

/**
 * The score is the accuracy after the last epoch in percent; seconds are measured. Every evaluation has weights and
 * batches of its own. What a parent has learnt is not taken over: a larger fidelity trains from scratch.
 */
export function trainEvaluator(training: ShortTraining, space: Space, search: CellSearchSpace): Evaluator {
  return {
    name: 'train',
    async evaluate({ architecture, fidelity, random }, signal) {
      const started = performance.now();
      const genotype = genotypeOf(space, search, architecture);
      const score = await training.score(genotype, fidelity, random.uint32(), signal);
      const { parameters, multiplyAdds } = score;
      const curve = score.curve.map((accuracy) => 100 * accuracy);
      return {
        score: curve.at(-1)!,
        seconds: (performance.now() - started) / 1000,
        epochs: curve.length,
        curve,
        metrics: { parameters, multiplyAdds },
      };
    },
  };
}

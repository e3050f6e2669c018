// NAO's encoder and predictor as a model of performance. It has no deviation of its own: the error on a tenth of the
// architectures, which are left out of the training, stands for it.

import { rootMeanSquare } from '../agreement.ts';
import { checkTargets, type Predictor } from '../predictor.ts';
import type { Sequence } from '../sequences/embedding.ts';
import { fitNao, naoDefaults, type NaoSettings } from './fit.ts';
import { rankedErrors } from './ranked-errors.ts';

/** Of sequences of one length, tokens below `vocabulary`. */
export function naoPredictor(vocabulary: number, settings: Partial<NaoSettings> = {}): Predictor<Sequence> {
  return {
    name: 'nao',
    fit(sequences, targets, random) {
      checkTargets('nao', sequences.length, targets);
      const { errors, score } = rankedErrors(targets);
      const order = random.split('left out').permutation(sequences.length);
      // Two rows are too few to leave one out.
      const size = sequences.length > 2 ? Math.ceil(sequences.length / 10) : 0;
      const some = order.subarray(size);
      const network = fitNao(
        vocabulary,
        Array.from(some, (row) => sequences[row]!),
        Float64Array.from(some, (row) => errors[row]!),
        { ...naoDefaults, ...settings },
        random,
      );
      const scores = (of: readonly Sequence[]): Float64Array => network.predict(of).map(score);
      const left = size > 0 ? order.subarray(0, size) : order;
      const deviation = rootMeanSquare(
        scores(Array.from(left, (row) => sequences[row]!)),
        Float64Array.from(left, (row) => targets[row]!),
      );
      return {
        predict: (asked) => ({
          mean: scores(asked),
          deviation: new Float64Array(asked.length).fill(deviation),
        }),
      };
    },
  };
}

// Scores architectures by short trainings of their own networks.

import type { Random } from '../../base/random.ts';
import type { Evaluator, RunStopping } from '../../discrete-baselines/evaluator.ts';
import { inTurn } from '../../discrete-baselines/in-turn.ts';
import { decodeSafetensors, encodeSafetensors } from '../../networks/safetensors.ts';
import type { ShortTraining } from '../../networks/short-training.ts';
import type { PartialCurve } from '../../predictors/curves/forecast.ts';
import { lookAt, type Stop } from '../../predictors/curves/stopping.ts';
import { nameOf, type WeightStore } from './weight-store.ts';

/**
 * The score is the accuracy after the last epoch in percent; seconds are measured. Every evaluation has weights and
 * batches of its own; with a store, a child inherits its parent's weights where name and shape are the same (Real et
 * al. 2017, section 3.3). A larger fidelity trains from scratch.
 */
export function trainEvaluator(training: ShortTraining, store?: WeightStore): Evaluator {
  return inTurn({
    name: 'train',
    async evaluate({ id, architecture, fidelity, random, parent, seed, stopping }, signal) {
      const started = performance.now();
      const before =
        store === undefined || parent === undefined
          ? undefined
          : decodeSafetensors(await store.read(nameOf(seed, parent)), `weights ${nameOf(seed, parent)}`);
      const score = await training.score(architecture, fidelity, random.uint32(), {
        signal,
        ...(stopping && { look: lookerOf(stopping, random.split('stopping')) }),
        ...(before && { inherited: before.tensors }),
      });
      const { parameters, multiplyAdds, stop, weights } = score;
      await store?.write(
        nameOf(seed, id),
        encodeSafetensors({ tensors: weights, metadata: { format: 'pt' } }),
      );
      const curve = score.curve.map((accuracy) => 100 * accuracy);
      return {
        score: curve.at(-1)!,
        seconds: (performance.now() - started) / 1000,
        epochs: curve.length,
        curve,
        ...(stop && { stop: { ...stop, best: 100 * stop.best } }),
        metrics: { parameters, multiplyAdds },
      };
    },
  });
}

/** Curves are in percent, the rule's values in [0, 1]. */
function lookerOf(
  { settings, ended, features }: RunStopping,
  random: Random,
): (curve: readonly number[], epochs: number) => Stop | undefined {
  const complete = ended.map((run): PartialCurve => ({
    values: Float64Array.from(run.values, (accuracy) => accuracy / 100),
    features: run.features,
  }));
  return (curve, epochs) =>
    lookAt(settings, complete, { values: Float64Array.from(curve), features }, epochs, random);
}

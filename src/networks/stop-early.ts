// Early termination of trainings: the curves of finished trainings, and a loop that ends where a training is stopped.
// Decisions depend on the history only, so that a resumed training decides the same.

import { MixopError } from '../base/errors.ts';
import { Random } from '../base/random.ts';
import type { PartialCurve } from '../predictors/curves/forecast.ts';
import { lookAt, type Stop, type Stopping } from '../predictors/curves/stopping.ts';
import type { RetrainEpoch } from '../retrain/retrain-loop.ts';
import { lineKinds } from '../runs/list-runs.ts';
import type { RetrainConfig } from './config.ts';
import { openTraining } from './open-training.ts';

/** A curve of the held-out accuracies after every epoch; trainings have no other features. */
export function curveOf(accuracies: readonly number[]): PartialCurve {
  return { values: Float64Array.from(accuracies), features: [] };
}

/** The curves of trainings in run folders. Throws a `MixopError` for one with another number of epochs. */
export async function curvesBeside({ stopEarly, epochs }: RetrainConfig): Promise<readonly PartialCurve[]> {
  const curves: PartialCurve[] = [];
  for (const path of stopEarly?.beside ?? []) {
    const lines = (await (await openTraining(path)).readMetrics()).filter(
      ({ kind }) => kind === lineKinds.epoch,
    );
    if (lines.length !== epochs) {
      const problem = `has ${lines.length} epochs, not ${epochs}`;
      throw new MixopError('run', path, problem, 'give trainings with as many epochs as this one');
    }
    const accuracies = lines.map((line) => line['validationAccuracy']);
    if (!accuracies.every((accuracy) => typeof accuracy === 'number')) {
      const problem = 'was not evaluated after every epoch';
      throw new MixopError('run', path, problem, 'give trainings with evaluateEvery 1');
    }
    curves.push(curveOf(accuracies));
  }
  return curves;
}

/** The curve of a training that is evaluated after every epoch. */
export function curveOfHistory(history: readonly RetrainEpoch[]): PartialCurve {
  return curveOf(history.map(({ validAccuracy }) => validAccuracy!));
}

/** Whether a training with this history is stopped. */
export function stopOf(
  settings: Stopping,
  ended: readonly PartialCurve[],
  history: readonly RetrainEpoch[],
  { epochs, seed }: RetrainConfig,
): Stop | undefined {
  return lookAt(settings, ended, curveOfHistory(history), epochs, Random.fromSeed(seed).split('stopping'));
}

export function stopText({ seen, saved, best, chance }: Stop): string {
  const odds = chance === undefined ? '' : ` (probability ${chance.toPrecision(1)})`;
  return `ended after epoch ${seen} of ${seen + saved}: it is not expected to beat ${(100 * best).toFixed(1)}%${odds}`;
}

/** A loop's events until `stopped` returns true after an epoch, or before the first. */
export async function* until<E extends { readonly kind: string }>(
  loop: AsyncGenerator<E, void, void>,
  stopped: () => boolean,
): AsyncGenerator<E, void, void> {
  if (stopped()) return;
  for await (const event of loop) {
    yield event;
    if (event.kind === 'epoch' && stopped()) return;
  }
}

// The loop over epochs of weights that are trained by sampled paths, with a controller's own epochs between them. It
// yields what happens; whoever consumes the events writes the log and saves, and a loop from a position goes on to the
// same bits.

import { cosineRate } from '../base/cosine-rate.ts';
import { Random } from '../base/random.ts';
import type { Architecture } from '../discrete-baselines/architecture.ts';
import type { CellDecisionSpace } from '../discrete-baselines/spaces/cell-space.ts';
import type { ImageSpace } from '../supernet/space.ts';
import { genotypeOf } from '../engine/decision-space.ts';
import type { PathController } from './path-controller.ts';
import { dropOperations } from './path-dropout.ts';
import { type PathOptions, restrictedTo } from './path-plan.ts';
import { pathsOf, type Sampling, type SamplingSettings } from './sampling.ts';
import type { SharedWeights } from './shared-weights.ts';

type Cells = PathOptions['cells'];

/** `step` steps of epoch `epoch` are done, with these sums. */
export interface PathPosition {
  readonly epoch: number;
  readonly step: number;
  readonly loss: number;
  readonly correct: number;
  /** What the controller has learnt from since the last step, in number and in sum. */
  readonly rewards: number;
  readonly reward: number;
}

const epochStart = { step: 0, loss: 0, correct: 0, rewards: 0, reward: 0 };
export const pathStart: PathPosition = { epoch: 0, ...epochStart };

export type PathEvent = { readonly position: PathPosition } & (
  | { readonly kind: 'step'; readonly loss: number }
  | { readonly kind: 'reward' }
  /** Means over the epoch; `reward` in percent, of a controller. */
  | { readonly kind: 'epoch'; readonly loss: number; readonly accuracy: number; readonly reward?: number }
  | { readonly kind: 'stopped' }
);

export interface PathLoopOptions {
  readonly shared: SharedWeights;
  readonly search: CellDecisionSpace;
  readonly sampling: Sampling;
  readonly settings: SamplingSettings;
  readonly controller: PathController | undefined;
  readonly stopRequested: () => boolean;
}

/** The stream that everything random of these trainings is split from. */
export function pathRandom(seed: number): Random {
  return Random.fromSeed(seed).split('paths');
}

/** An architecture as the cells of a plan. */
export function cellsOf(space: ImageSpace, search: CellDecisionSpace, path: Architecture): Cells {
  return restrictedTo(genotypeOf(space, search, path));
}

export async function* pathLoop(
  from: PathPosition,
  options: PathLoopOptions,
): AsyncGenerator<PathEvent, void, void> {
  const { shared, search, settings, controller, stopRequested } = options;
  const { config, space } = shared.prepared;
  const { epochs, weights, batch, seed } = config;
  const steps = shared.stepsPerEpoch;
  const random = pathRandom(seed);
  const wanted = controller === undefined ? 0 : settings.rewards;
  let position = from;
  while (position.epoch < epochs) {
    const { epoch } = position;
    const rate = cosineRate(epoch, epochs, weights.rate, weights.lastRate);
    while (position.step < steps) {
      // Between groups of paths, so that going on draws the next group as a whole.
      if (stopRequested()) return yield { kind: 'stopped', position };
      for (const cells of groupAt(options, epoch, position.step)) {
        if (position.step === steps) break;
        const { loss, correct } = await shared.train(cells, epoch, position.step, rate);
        position = {
          ...position,
          step: position.step + 1,
          loss: position.loss + loss,
          correct: position.correct + correct,
        };
        yield { kind: 'step', position, loss };
      }
    }
    while (position.rewards < wanted) {
      if (stopRequested()) return yield { kind: 'stopped', position };
      const stream = random.split('rewards', epoch).split('reward', position.rewards);
      const path = controller!.sample(stream);
      const accuracy = await shared.validate(cellsOf(space, search, path), epoch, position.rewards);
      controller!.learn(path, accuracy, stream);
      position = { ...position, rewards: position.rewards + 1, reward: position.reward + accuracy };
      yield { kind: 'reward', position };
    }
    const means = { loss: position.loss / steps, accuracy: position.correct / (steps * batch) };
    const reward = controller && { reward: position.reward / wanted };
    position = { epoch: epoch + 1, ...epochStart };
    yield { kind: 'epoch', position, ...means, ...reward };
  }
}

/** What the steps from this one on train, one after the other. */
function groupAt(
  { shared, search, sampling, settings, controller }: PathLoopOptions,
  epoch: number,
  step: number,
): readonly Cells[] {
  const { config, space } = shared.prepared;
  const random = pathRandom(config.seed).split('epoch', epoch).split('step', step);
  switch (sampling) {
    case 'controller':
      return [cellsOf(space, search, controller!.sample(random))];
    case 'path-dropout': {
      const steps = shared.stepsPerEpoch;
      const rate = (settings.dropout * (epoch * steps + step)) / Math.max(1, config.epochs * steps - 1);
      return [{ kind: 'partial', kept: dropOperations(space, rate, random) }];
    }
    case 'uniform':
    case 'fair':
      return pathsOf(sampling, search, random).map((path) => cellsOf(space, search, path));
  }
}

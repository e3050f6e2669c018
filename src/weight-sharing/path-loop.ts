// The loop over epochs of weights that are trained by sampled paths, and the session that it runs. After the steps of an
// epoch a controller, where there is one, learns from architectures that it draws. What a step trains is a function of
// the seed, the epoch and the step, and of the controller.

import { cosineRate } from '../base/cosine-rate.ts';
import { epochLoop, type EpochSession, type LoopEvents, type LoopPosition } from '../base/epoch-loop.ts';
import { Random } from '../base/random.ts';
import type { BatchResult } from '../bilevel/problem.ts';
import type { Architecture } from '../discrete-baselines/architecture.ts';
import type { CellDecisionSpace } from '../discrete-baselines/spaces/cell-space.ts';
import { genotypeOf } from '../engine/decision-space.ts';
import type { RunSession } from '../engine/run.ts';
import type { SavedState } from '../engine/run-journal.ts';
import { readArenas, writeArenas } from '../engine/session.ts';
import type { JsonObject } from '../runs/json.ts';
import type { ImageSpace } from '../supernet/space.ts';
import { PathController } from './path-controller.ts';
import { dropOperations } from './path-dropout.ts';
import { type PathOptions, restrictedTo } from './path-plan.ts';
import { pathsAStep, pathsOf, type Sampling, type SamplingSettings } from './sampling.ts';
import { type SharedWeights, weightArenas } from './shared-weights.ts';

type Cells = PathOptions['cells'];

/** Over the steps of an epoch, and over what a controller has learnt from after them. */
export interface PathSums {
  readonly loss: number;
  readonly correct: number;
  /** Architectures that the controller has learnt from, and the sum of their rewards in percent. */
  readonly rewards: number;
  readonly reward: number;
}

export interface PathTypes {
  readonly result: BatchResult;
  readonly sums: PathSums;
  /** Means over the epoch; `reward` in percent, of a controller. */
  readonly summary: { readonly loss: number; readonly accuracy: number; readonly reward?: number };
}

export type PathPosition = LoopPosition<PathSums>;

const noSums: PathSums = { loss: 0, correct: 0, rewards: 0, reward: 0 };
export const pathStart: PathPosition = { epoch: 0, step: 0, sums: noSums };

export interface PathSettings {
  readonly search: CellDecisionSpace;
  readonly sampling: Sampling;
  readonly settings: SamplingSettings;
}

/** The stream that everything random of these trainings is split from. */
export function pathRandom(seed: number): Random {
  return Random.fromSeed(seed).split('paths');
}

/** An architecture as the cells of a plan. */
export function cellsOf(space: ImageSpace, search: CellDecisionSpace, path: Architecture): Cells {
  return restrictedTo(genotypeOf(space, search, path));
}

export class PathSession implements EpochSession<BatchResult>, RunSession {
  readonly stepsPerEpoch: number;
  /** Every step is waited for: the next one may depend on what it leaves. */
  readonly lag = 1;
  readonly controller: PathController | undefined;
  private readonly shared: SharedWeights;
  private readonly options: PathSettings;
  private readonly random: Random;
  private done: BatchResult[] = [];

  constructor(shared: SharedWeights, options: PathSettings) {
    this.shared = shared;
    this.options = options;
    this.stepsPerEpoch = shared.stepsPerEpoch;
    this.random = pathRandom(shared.prepared.config.seed);
    if (options.sampling === 'controller')
      this.controller = new PathController(options.search, this.random.split('controller'));
  }

  initialise(): void {
    this.shared.initialise();
  }

  restore({ arrays, memory }: SavedState, place: string): void {
    const { executor, prepared } = this.shared;
    writeArenas(executor, prepared.searchPlan.plan, weightArenas, arrays, place);
    if (this.controller) this.controller.state = memory as unknown as PathController['state'];
  }

  async state(): Promise<SavedState> {
    const arrays = await readArenas(this.shared.executor, weightArenas);
    return { arrays, ...(this.controller && { memory: this.controller.state as unknown as JsonObject }) };
  }

  async step(epoch: number, step: number, rate: number): Promise<void> {
    this.done.push(await this.shared.train(this.cellsAt(epoch, step), epoch, step, rate));
  }

  results(): Promise<readonly BatchResult[]> {
    const { done } = this;
    this.done = [];
    return Promise.resolve(done);
  }

  /** Draws an architecture and lets the controller learn from its accuracy, which is returned in percent. */
  async reward(controller: PathController, epoch: number, number: number): Promise<number> {
    const stream = this.random.split('rewards', epoch).split('reward', number);
    const path = controller.sample(stream);
    const cells = cellsOf(this.shared.prepared.space, this.options.search, path);
    const accuracy = await this.shared.validate(cells, epoch, number);
    controller.learn(path, accuracy, stream);
    return accuracy;
  }

  /** What a step trains. */
  private cellsAt(epoch: number, step: number): Cells {
    const { search, sampling, settings } = this.options;
    const { config, space } = this.shared.prepared;
    // Paths that belong together are drawn together, at the first of their steps.
    const together = pathsAStep(sampling, search);
    const first = step - (step % together);
    const random = this.random.split('epoch', epoch).split('step', first);
    switch (sampling) {
      case 'controller':
        return cellsOf(space, search, this.controller!.sample(random));
      case 'path-dropout': {
        const steps = this.stepsPerEpoch;
        const rate = (settings.dropout * (epoch * steps + step)) / Math.max(1, config.epochs * steps - 1);
        return { kind: 'partial', kept: dropOperations(space, rate, random) };
      }
      case 'uniform':
      case 'fair':
        return cellsOf(space, search, pathsOf(sampling, search, random)[step - first]!);
    }
  }
}

export interface PathLoopOptions {
  readonly epochs: number;
  readonly firstRate: number;
  readonly lastRate: number;
  /** Images a step. */
  readonly batch: number;
  /** Architectures that a controller learns from after an epoch. */
  readonly rewards: number;
  readonly checkpointSteps: number;
  readonly stopRequested: () => boolean;
}

/** Trains from a position to the last epoch, or until a stop is requested. */
export function pathLoop(
  session: PathSession,
  from: PathPosition,
  options: PathLoopOptions,
): LoopEvents<PathTypes> {
  const { epochs, firstRate, lastRate, batch } = options;
  const { controller, stepsPerEpoch } = session;
  return epochLoop<PathTypes>(session, from, {
    ...options,
    noSums,
    rateOf: (epoch) => cosineRate(epoch, epochs, firstRate, lastRate),
    runStep: (epoch, step, rate) => session.step(epoch, step, rate),
    // A loss that is not finite was refused by the step.
    add: (sums, { loss, correct }) => ({
      ...sums,
      loss: sums.loss + loss,
      correct: sums.correct + correct,
    }),
    async afterSteps(epoch, sums) {
      if (controller === undefined || sums.rewards >= options.rewards) return undefined;
      const reward = await session.reward(controller, epoch, sums.rewards);
      return { ...sums, rewards: sums.rewards + 1, reward: sums.reward + reward };
    },
    summarise: (_epoch, _rate, { loss, correct, reward }) =>
      Promise.resolve({
        loss: loss / stepsPerEpoch,
        accuracy: correct / (stepsPerEpoch * batch),
        ...(controller && { reward: reward / options.rewards }),
      }),
  });
}

// A short training of an architecture's own network, to score it: data and sizes of a fidelity, plan, executor and loop.
// Nothing is saved. Equal seeds and equal initial weights lead to equal bits.

import { MixopError } from '../base/errors.ts';
import { Random } from '../base/random.ts';
import type { DataSource } from '../data/dataset.ts';
import { shrinkImages } from '../data/resize.ts';
import type { Architecture } from '../discrete-baselines/architecture.ts';
import { multiplyAddsOf } from '../kernels/operations/multiply-adds.ts';
import type { Stop } from '../predictors/curves/stopping.ts';
import { retrainLoop, retrainStart } from '../retrain/retrain-loop.ts';
import { allocate, type ExecutorOptions } from '../engine/executors.ts';
import type { ImageSize } from '../supernet/problem/inputs.ts';
import type { NetworkSize } from '../supernet/skeleton.ts';
import type { Trainable } from '../supernet/trainable.ts';
import { type RetrainConfig, resolveRetrain, type ShortConfig } from './config.ts';
import { retrainData, type RetrainData } from './data.ts';
import { buildRetrainPlan } from './plan.ts';
import { NetworkTrainingSession } from './session.ts';
import { inheritState, readStateDict, type StateDict } from './weights.ts';

/** The networks of a space's architectures. */
export interface NetworkFamily {
  /** The default sizes. */
  readonly defaults: NetworkSize;
  /** Throws a `MixopError` for sizes that do not fit each other. */
  network(architecture: Architecture, size: NetworkSize, image: ImageSize, classes: number): Trainable;
  /** The learning rate at the start, where it is part of the architecture: such a training may diverge. */
  rate?(architecture: Architecture): number;
}

interface ShortScore {
  /** Accuracy on the held-out images after every epoch, as shares of 1; 0 after one that diverged. */
  readonly curve: readonly number[];
  readonly stop?: Stop;
  readonly parameters: number;
  /** Of one image's forward pass. */
  readonly multiplyAdds: number;
  /** Weights after the last epoch; empty if it diverged. */
  readonly weights: StateDict;
}

/** The settings of a configuration that a fidelity reduces; see `Fidelity`. */
type ShortFidelity = Partial<Pick<ShortConfig, 'epochs' | 'dataShare' | 'imageSize' | 'channels'>>;

interface ShortOptions {
  /** Initial weights, used where name and shape equal the network's. */
  readonly inherited?: StateDict;
  readonly signal?: AbortSignal;
  /** Called after every epoch; returns a `Stop` to end the training. `epochs`: of a complete training. */
  readonly look?: (curve: readonly number[], epochs: number) => Stop | undefined;
}

export class ShortTraining {
  private readonly family: NetworkFamily;
  private readonly config: ShortConfig;
  private readonly source: DataSource;
  private readonly options: ExecutorOptions;
  /** By image size and share: the same for all architectures. */
  private readonly prepared = new Map<string, RetrainData>();

  constructor(family: NetworkFamily, config: ShortConfig, source: DataSource, options: ExecutorOptions) {
    this.family = family;
    this.config = config;
    this.source = source;
    this.options = options;
  }

  /**
   * seed: of weights and batches; the split depends on the configuration's seed. Rejects with the signal's reason if it
   * is aborted, and with a `MixopError` for sizes that do not fit each other.
   */
  async score(
    architecture: Architecture,
    fidelity: ShortFidelity,
    seed: number,
    { inherited, signal, look = () => undefined }: ShortOptions = {},
  ): Promise<ShortScore> {
    const { family } = this;
    const { dataShare, imageSize, inherit: _, ...short } = { ...this.config, ...fidelity };
    const size = { ...family.defaults, ...defined(short) };
    const config: RetrainConfig = resolveRetrain({ ...short, ...size, seed });
    const data = this.data(dataShare, imageSize);
    const { dataset } = data.train;
    const image = { height: dataset.height, width: dataset.width, channels: dataset.channels };
    const network = family.network(architecture, size, image, dataset.classes);
    const plan = buildRetrainPlan({ network, config, image, evaluated: data.heldOut.indices.length });
    const executor = await allocate('training', plan.plan, this.options);
    try {
      const session = new NetworkTrainingSession(executor, plan, data, config);
      await session.initialise();
      if (inherited !== undefined) inheritState(executor, plan.parameters, inherited);
      const { rate, lastRate } = config.weights;
      const own = family.rate?.(architecture);
      const loop = retrainLoop(session, retrainStart, {
        epochs: config.epochs,
        firstRate: own ?? rate,
        lastRate: Math.min(own ?? lastRate, lastRate),
        dropPath: 0,
        evaluateEvery: 1,
        checkpointSteps: 0,
        stopRequested: () => signal?.aborted === true,
      });
      const curve: number[] = [];
      let diverged = false;
      let stop: Stop | undefined;
      try {
        for await (const event of loop) {
          if (event.kind !== 'epoch') continue;
          curve.push(event.summary.validAccuracy!);
          stop = look(curve, config.epochs);
          if (stop !== undefined) break;
        }
      } catch (error) {
        // Divergence at a learning rate that the architecture chose is a score; at any other it is the user's error.
        diverged = own !== undefined && error instanceof MixopError && error.kind === 'numeric';
        if (!diverged) throw error;
        curve.push(0);
      }
      signal?.throwIfAborted();
      const [images, { program }] = [...plan.evaluations][0]!;
      const work = multiplyAddsOf(plan.plan.programs[program]!);
      return {
        curve,
        ...(stop && { stop }),
        parameters: plan.parameters.count(),
        multiplyAdds: work / images,
        weights: diverged ? new Map() : await readStateDict(executor, plan.parameters, plan.evaluated),
      };
    } finally {
      await executor.close();
    }
  }

  /** Smaller shares are subsets of larger ones. */
  private data(dataShare: number, imageSize: number | undefined): RetrainData {
    const key = `${dataShare} ${imageSize}`;
    const known = this.prepared.get(key);
    if (known !== undefined) return known;
    const { trainFraction, seed } = this.config;
    const train = imageSize === undefined ? this.source.train : shrinkImages(this.source.train, imageSize);
    const whole = retrainData({ train }, { trainFraction, seed });
    const { indices } = whole.train;
    const order = Random.fromSeed(seed).split('data share').permutation(indices.length);
    const kept = order.slice(0, Math.floor(dataShare * indices.length)).sort();
    const data = { ...whole, train: { ...whole.train, indices: kept.map((i) => indices[i]!) } };
    if (kept.length === 0) throw tooFew(dataShare, indices.length);
    this.prepared.set(key, data);
    return data;
  }
}

function defined({ channels, cells }: Pick<ShortConfig, 'channels' | 'cells'>): Partial<NetworkSize> {
  return { ...(channels !== undefined && { channels }), ...(cells !== undefined && { cells }) };
}

function tooFew(share: number, images: number): MixopError {
  return new MixopError('config', 'data share', `${share} of ${images} images is none`, 'give more');
}

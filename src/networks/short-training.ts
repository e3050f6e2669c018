// A short training of an architecture's own network, to score it: data and sizes at some fidelity, plan, executor and
// loop put together. Nothing is saved: equal seeds give equal bits.

import { MixopError } from '../base/errors.ts';
import { Random } from '../base/random.ts';
import type { DataSource } from '../data/dataset.ts';
import { shrinkImages } from '../data/resize.ts';
import { multiplyAdds } from '../kernels/multiply-adds.ts';
import { retrainLoop, retrainStart } from '../retrain/retrain-loop.ts';
import { allocate, type ExecutorOptions } from '../search/executors.ts';
import { checkDerived } from '../supernet/derived-network.ts';
import type { Genotype } from '../supernet/genotype.ts';
import type { Space } from '../supernet/space.ts';
import { type RetrainConfig, resolveRetrain, type ShortConfig } from './config.ts';
import { retrainData, type RetrainData } from './data.ts';
import { buildRetrainPlan } from './plan.ts';
import { TrainingSession } from './session.ts';

export interface ShortScore {
  /** Accuracy on the held-out images after every epoch, as shares of 1. */
  readonly curve: readonly number[];
  readonly parameters: number;
  /** Of an image, forward. */
  readonly multiplyAdds: number;
}

/** What fewer epochs, images, pixels or channels make of a configuration; see `Fidelity`. */
export type ShortFidelity = Partial<Pick<ShortConfig, 'epochs' | 'dataShare' | 'imageSize' | 'channels'>>;

export class ShortTraining {
  private readonly space: Space;
  private readonly config: ShortConfig;
  private readonly source: DataSource;
  private readonly options: ExecutorOptions;
  /** By image size and share: the same for all architectures. */
  private readonly prepared = new Map<string, RetrainData>();

  constructor(space: Space, config: ShortConfig, source: DataSource, options: ExecutorOptions) {
    this.space = space;
    this.config = config;
    this.source = source;
    this.options = options;
  }

  /**
   * seed: of weights and batches; the split is that of the configuration's seed. Rejects with the signal's reason where
   * it is aborted, and with a `MixopError` for sizes that do not go together.
   */
  async score(
    genotype: Genotype,
    fidelity: ShortFidelity,
    seed: number,
    signal?: AbortSignal,
  ): Promise<ShortScore> {
    const { dataShare, imageSize, ...short } = { ...this.config, ...fidelity };
    const { channels = this.space.defaults.channels, cells = this.space.defaults.cells } = short;
    const config: RetrainConfig = resolveRetrain({ ...short, channels, cells, seed });
    const data = this.data(dataShare, imageSize);
    const { dataset } = data.train;
    const image = { height: dataset.height, width: dataset.width, channels: dataset.channels };
    const size = { channels, cells };
    const description = { space: this.space, size, classes: dataset.classes, genotype, auxiliary: false };
    checkDerived(description, image);
    const plan = buildRetrainPlan({ description, config, image, evaluated: data.heldOut.indices.length });
    const executor = await allocate('training', plan.plan, this.options);
    try {
      const session = new TrainingSession(executor, plan, data, config);
      await session.initialise();
      const { rate: firstRate, lastRate } = config.weights;
      const loop = retrainLoop(session, retrainStart, {
        epochs: config.epochs,
        firstRate,
        lastRate,
        dropPath: 0,
        checkpointSteps: 0,
        stopRequested: () => signal?.aborted === true,
      });
      const curve: number[] = [];
      for await (const event of loop) if (event.kind === 'epoch') curve.push(event.summary.validAccuracy);
      signal?.throwIfAborted();
      const [images, { program }] = [...plan.evaluations][0]!;
      const work = plan.plan.programs[program]!.nodes.reduce((sum, node) => sum + multiplyAdds(node), 0);
      return { curve, parameters: plan.parameters.count(), multiplyAdds: work / images };
    } finally {
      await executor.close();
    }
  }

  /** Smaller shares are part of larger ones. */
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

function tooFew(share: number, images: number): MixopError {
  return new MixopError('config', 'data share', `${share} of ${images} images is none`, 'give more');
}

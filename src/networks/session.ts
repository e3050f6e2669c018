// The training of a network on an executor: batches of a step, drop path, averaged weights, and the evaluation on held-out
// images.

import { Random } from '../base/random.ts';
import { type Augmentation, defaultAugmentation } from '../data/augment.ts';
import { Batches } from '../data/batches.ts';
import type { Normalisation } from '../data/normalise.ts';
import { evaluateImages, type ImageScore } from '../engine/evaluate-images.ts';
import type { RunSession } from '../engine/run.ts';
import { initialiseParameters, RingSession, writeBatch } from '../engine/session.ts';
import type { Executor } from '../kernels/executor.ts';
import type { EpochSettings, RetrainSession, TrainStep } from '../retrain/retrain-loop.ts';
import type { RetrainConfig } from './config.ts';
import type { ImageSet, RetrainData } from './data.ts';
import type { EvaluationPlan, RetrainPlan } from './plan.ts';

export interface Evaluation extends ImageScore {
  /** [images, classes], dense; in the order of the images. */
  readonly logits: Float32Array;
}

/** As `evaluateImages`, with the logits. */
export async function evaluateLogits(
  executor: Executor,
  { evaluations }: EvaluationPlan,
  { dataset, indices }: ImageSet,
  batch: number,
  normalisation: Normalisation,
): Promise<Evaluation> {
  const logits = new Float32Array(indices.length * dataset.classes);
  const images = { dataset, indices, normalisation };
  const score = await evaluateImages(executor, evaluations, images, batch, {
    async onBatch(program, done) {
      logits.set(await executor.read(program.logits), done * dataset.classes);
    },
  });
  return { ...score!, logits };
}

export class NetworkTrainingSession extends RingSession<TrainStep> implements RetrainSession, RunSession {
  readonly stepsPerEpoch: number;
  readonly batch: number;
  private readonly plan: RetrainPlan;
  private readonly data: RetrainData;
  private readonly config: RetrainConfig;
  private readonly batches: Batches;
  private readonly random: Random;

  constructor(executor: Executor, plan: RetrainPlan, data: RetrainData, config: RetrainConfig) {
    super(executor, plan, plan.stateArenas);
    this.plan = plan;
    this.data = data;
    this.config = config;
    this.batch = config.batch;
    this.batches = trainingBatches(data, config);
    this.stepsPerEpoch = this.batches.stepsPerEpoch;
    this.random = Random.fromSeed(config.seed);
  }

  /** Weights of a training that starts; every value comes from a stream of its own. */
  async initialise(): Promise<void> {
    const { executor } = this;
    const { parameters, averaging, evaluated } = this.plan;
    const all = [...parameters.list(), ...parameters.buffers(), ...parameters.fixed()];
    initialiseParameters(executor, all, this.random.split('weights'));
    if (averaging === undefined) return;
    executor.writeArena(evaluated.weights, await executor.readArena('weights'));
    executor.writeArena(evaluated.running, await executor.readArena('running'));
  }

  async step(epoch: number, step: number, { rate, dropPath }: EpochSettings): Promise<void> {
    const { executor, plan, config } = this;
    writeBatch(executor, plan.batch, this.batches.batch(epoch, step));
    executor.write(plan.rate, [rate]);
    if (plan.factors) {
      const stream = this.random.split('drop path', epoch).split('step', step);
      const [images, paths] = plan.factors.shape as readonly [number, number];
      executor.write(plan.factors, dropPathFactors(stream, images * paths, dropPath));
    }
    if (plan.averaging) {
      const t = epoch * this.stepsPerEpoch + step;
      executor.write(plan.averaging, [1 - averageDecay(config.average, t)]);
    }
    await this.runStep('step');
  }

  protected override resultOf(row: ArrayLike<number>): TrainStep {
    return { loss: row[0]!, correct: row[1]! };
  }

  async evaluate(): Promise<ImageScore> {
    const { heldOut, normalisation } = this.data;
    const images = { ...heldOut, normalisation };
    return (await evaluateImages(this.executor, this.plan.evaluations, images, this.batch))!;
  }

  async keepBest(): Promise<void> {
    await this.executor.run('keepBest');
  }
}

/** The training batches. Throws a `MixopError` where there are fewer images than a batch has. */
export function trainingBatches({ train, normalisation }: RetrainData, config: RetrainConfig): Batches {
  return new Batches({
    ...train,
    split: 'training',
    batchSize: config.batch,
    random: Random.fromSeed(config.seed).split('data').split('training'),
    normalisation,
    augmentation: augmentationOf(config, train),
  });
}

/** What is said, and otherwise what suits the images. */
function augmentationOf({ augment }: RetrainConfig, { dataset }: ImageSet): Augmentation {
  const { pad, flip } = defaultAugmentation(dataset);
  return { pad: augment.pad ?? pad, flip: augment.flip ?? flip, cutout: augment.cutout };
}

/** 0 with the given probability, otherwise 1 / keep, so that the mean stays. */
function dropPathFactors(random: Random, length: number, probability: number): Float64Array {
  const keep = 1 - probability;
  return Float64Array.from({ length }, () => (random.uniform() < keep ? 1 / keep : 0));
}

/** Averages forget their start: in the t-th step, from 0, at most (1 + t) / (10 + t). */
function averageDecay(decay: number, t: number): number {
  return Math.min(decay, (1 + t) / (10 + t));
}

// A training's plan on an executor with its data: what the training loop drives.

import { setImmediate } from 'node:timers/promises';
import { MixopError } from '../base/errors.ts';
import { Random } from '../base/random.ts';
import { type Augmentation, defaultAugmentation } from '../data/augment.ts';
import { Batches, evaluationBatches } from '../data/batches.ts';
import type { Normalisation } from '../data/normalise.ts';
import type { Executor, Values } from '../kernels/executor.ts';
import type { EpochSettings, RetrainSession, TrainStep } from '../retrain/retrain-loop.ts';
import { ringRows } from '../search/recorded-step.ts';
import { slowStep } from '../search/recorded-session.ts';
import { fillBatch } from '../search/session.ts';
import { initialValues } from '../supernet/parameters.ts';
import type { RetrainConfig } from './config.ts';
import type { ImageSet, RetrainData } from './data.ts';
import type { EvaluationPlan, RetrainPlan } from './plan.ts';

export interface Evaluation {
  /** Mean over the images. */
  readonly loss: number;
  readonly accuracy: number;
  /** [images, classes], dense; in the order of the images. */
  readonly logits: Float32Array;
}

/** Evaluates the weights that an executor holds on a set of images, in batches that its plan has programs for. */
export async function evaluateImages(
  executor: Executor,
  { evaluations }: EvaluationPlan,
  { dataset, indices }: ImageSet,
  batch: number,
  normalisation: Normalisation,
): Promise<Evaluation> {
  const logits = new Float32Array(indices.length * dataset.classes);
  let [loss, correct, done] = [0, 0, 0];
  for (const images of evaluationBatches(dataset, indices, batch, normalisation)) {
    await setImmediate();
    const evaluation = evaluations.get(images.size)!;
    fillBatch(executor, evaluation.batch, images);
    await executor.run(evaluation.program);
    loss += (await executor.read(evaluation.loss))[0]! * images.size;
    correct += (await executor.read(evaluation.correct))[0]!;
    logits.set(await executor.read(evaluation.logits), done * dataset.classes);
    done += images.size;
  }
  return { loss: loss / indices.length, accuracy: correct / indices.length, logits };
}

export class NetworkTrainingSession implements RetrainSession {
  readonly stepsPerEpoch: number;
  readonly batch: number;
  private readonly executor: Executor;
  private readonly plan: RetrainPlan;
  private readonly data: RetrainData;
  private readonly config: RetrainConfig;
  private readonly batches: Batches;
  private readonly random: Random;
  /** Steps run since the ring was read. */
  private outstanding = 0;
  private lastRead = Date.now();

  constructor(executor: Executor, plan: RetrainPlan, data: RetrainData, config: RetrainConfig) {
    this.executor = executor;
    this.plan = plan;
    this.data = data;
    this.config = config;
    this.batch = config.batch;
    this.batches = trainingBatches(data, config);
    this.stepsPerEpoch = this.batches.stepsPerEpoch;
    this.random = Random.fromSeed(config.seed);
  }

  /** The ring's rows, but one where steps are slow, so that they are seen one by one. No bit depends on it. */
  get lag(): number {
    return Date.now() - this.lastRead > slowStep ? 1 : ringRows;
  }

  /** Weights of a training that starts; every value comes from a stream of its own. */
  async initialise(): Promise<void> {
    const { parameters, averaging, evaluated } = this.plan;
    for (const parameter of [...parameters.list(), ...parameters.buffers(), ...parameters.fixed()])
      this.executor.write(parameter.tensor, initialValues(parameter, this.random.split('weights')));
    if (averaging === undefined) return;
    this.executor.writeArena(evaluated.weights, await this.executor.readArena('weights'));
    this.executor.writeArena(evaluated.running, await this.executor.readArena('running'));
  }

  async step(epoch: number, step: number, { rate, dropPath }: EpochSettings): Promise<void> {
    const { executor, plan, config } = this;
    fillBatch(executor, plan.batch, this.batches.batch(epoch, step));
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
    executor.write(plan.slot, [this.outstanding]);
    this.outstanding += 1;
    await executor.run('step');
  }

  async results(): Promise<readonly TrainStep[]> {
    const values = await this.executor.read(this.plan.ring);
    const steps = this.outstanding;
    this.outstanding = 0;
    this.lastRead = Date.now();
    return Array.from({ length: steps }, (_, row) => ({
      loss: values[row * 2]!,
      correct: values[row * 2 + 1]!,
    }));
  }

  evaluate(): Promise<Evaluation> {
    const { heldOut, normalisation } = this.data;
    return evaluateImages(this.executor, this.plan, heldOut, this.batch, normalisation);
  }

  async keepBest(): Promise<void> {
    await this.executor.run('keepBest');
  }

  /** Everything that a step leaves behind, in the executor's own precision. */
  async state(): Promise<Record<string, Values>> {
    const entries = this.plan.stateArenas.map(
      async (arena) => [arena, await this.executor.readArena(arena)] as const,
    );
    return Object.fromEntries(await Promise.all(entries));
  }

  /** Puts a saved state back; `place` is the file that it came from. */
  restore(arrays: Readonly<Record<string, Values>>, place: string): void {
    for (const arena of this.plan.stateArenas) {
      const values = arrays[arena];
      const wanted = this.plan.plan.arenas[arena]!;
      if (values?.length !== wanted) {
        const problem = `has ${values?.length ?? 'no'} values of ${arena}, not the ${wanted} of this configuration`;
        throw new MixopError('run', place, problem, 'resume with the mixop version that wrote it');
      }
      this.executor.writeArena(arena, values);
    }
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

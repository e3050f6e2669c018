// A search's plan on an executor with its data: what the search loop drives.

import { MixopError } from '../base/errors.ts';
import { nextTask } from '../base/next-task.ts';
import { Random } from '../base/random.ts';
import { adamCorrections } from '../bilevel/schedule.ts';
import type { Rates, SearchSession, StepResult } from '../bilevel/search-loop.ts';
import { Batches, evaluationBatches } from '../data/batches.ts';
import type { Dataset } from '../data/dataset.ts';
import { measureNormalisation, type Normalisation } from '../data/normalise.ts';
import { splitIndices } from '../data/split.ts';
import type { Executor, Values } from '../kernels/executor.ts';
import { count } from '../kernels/tensor.ts';
import type { Alphas } from '../supernet/alphas.ts';
import { initialValues } from '../supernet/parameters.ts';
import type { Batch as BatchTensors } from '../supernet/plan-problem.ts';
import type { ResolvedConfig, SearchConfig } from './config.ts';
import { ringRows, type SearchPlan, stateArenas } from './search-plan.ts';

/** Milliseconds without news after which results are read at once. */
export const slowStep = 250;

/** The training images, cut in two by seed. */
export interface SearchData {
  readonly dataset: Dataset;
  readonly train: Uint32Array;
  readonly validation: Uint32Array;
  readonly normalisation: Normalisation;
}

export function searchData(dataset: Dataset, config: SearchConfig): SearchData {
  const { train, validation } = splitIndices(dataset.count, config.trainFraction, config.seed);
  return { dataset, train, validation, normalisation: measureNormalisation(dataset, train) };
}

export class PlanSession implements SearchSession {
  readonly stepsPerEpoch: number;
  readonly batch: number;
  private readonly executor: Executor;
  private readonly searchPlan: SearchPlan;
  private readonly data: SearchData;
  private readonly config: ResolvedConfig;
  private readonly batches: Readonly<Record<'train' | 'valid', Batches>>;
  /** Steps run since the ring was read. */
  private outstanding = 0;
  private lastRead = Date.now();

  constructor(executor: Executor, searchPlan: SearchPlan, data: SearchData, config: ResolvedConfig) {
    this.executor = executor;
    this.searchPlan = searchPlan;
    this.data = data;
    this.config = config;
    this.batch = config.batch;
    this.batches = searchBatches(data, config);
    this.stepsPerEpoch = this.batches.train.stepsPerEpoch;
  }

  /** The ring's rows, but one where steps are slow, so that they are seen one by one. No bit depends on it. */
  get lag(): number {
    return Date.now() - this.lastRead > slowStep ? 1 : ringRows;
  }

  /** Weights and alphas of a search that starts; every value comes from a stream of its own. */
  initialise(): void {
    const { parameters, alphaTensors } = this.searchPlan.problem;
    const random = Random.fromSeed(this.config.seed);
    for (const parameter of parameters.list()) {
      this.executor.write(parameter.tensor, initialValues(parameter, random.split('weights')));
    }
    for (const [kind, tensor] of Object.entries(alphaTensors)) {
      const stream = random.split('alphas').split(kind);
      const { scale } = this.config.alphas;
      const values = Float64Array.from({ length: count(tensor.shape) }, () =>
        Math.fround(scale * stream.normal()),
      );
      this.executor.write(tensor, values);
    }
  }

  async step(epoch: number, step: number, rates: Rates): Promise<void> {
    const { problem, batches, slot } = this.searchPlan;
    const { executor } = this;
    for (const split of ['train', 'valid'] as const) {
      fillBatch(executor, batches[split], this.batches[split].batch(epoch, step));
    }
    // The alphas' own steps: Adam's corrections count them.
    const t = (epoch - this.config.alphas.from) * this.stepsPerEpoch + step + 1;
    executor.write(problem.weightRate, [rates.weights]);
    executor.write(problem.alphaRate, [rates.alphas]);
    executor.write(problem.corrections, adamCorrections(this.config.alphas.betas, Math.max(1, t)));
    executor.write(slot, [this.outstanding]);
    this.outstanding += 1;
    await executor.run(t > 0 ? 'step' : 'warmUp');
  }

  async results(): Promise<readonly StepResult[]> {
    const values = await this.executor.read(this.searchPlan.ring);
    const steps = this.outstanding;
    this.outstanding = 0;
    this.lastRead = Date.now();
    return Array.from({ length: steps }, (_, row) => ({
      valid: { loss: values[row * 4]!, correct: values[row * 4 + 1]! },
      train: { loss: values[row * 4 + 2]!, correct: values[row * 4 + 3]! },
    }));
  }

  async evaluate(stopRequested: () => boolean): Promise<{ loss: number; accuracy: number } | undefined> {
    const { dataset, validation, normalisation } = this.data;
    let [loss, correct] = [0, 0];
    for (const batch of evaluationBatches(dataset, validation, this.config.batch, normalisation)) {
      const evaluation = this.searchPlan.evaluations.get(batch.size)!;
      fillBatch(this.executor, evaluation.batch, batch);
      await this.executor.run(evaluation.program);
      await nextTask();
      if (stopRequested()) return undefined;
      loss += (await this.executor.read(evaluation.loss))[0]! * batch.size;
      correct += (await this.executor.read(evaluation.correct))[0]!;
    }
    return { loss: loss / validation.length, accuracy: correct / validation.length };
  }

  async alphas(): Promise<Alphas> {
    const entries = Object.entries(this.searchPlan.problem.alphaTensors).map(async ([kind, tensor]) => {
      const values = await this.executor.read(tensor);
      const [rows, columns] = tensor.shape as readonly [number, number];
      const matrix = Array.from({ length: rows }, (_, e) => [
        ...values.subarray(e * columns, (e + 1) * columns),
      ]);
      return [kind, matrix] as const;
    });
    return Object.fromEntries(await Promise.all(entries));
  }

  /** Everything that a step leaves behind, in the executor's own precision. */
  async state(): Promise<Record<string, Values>> {
    const entries = stateArenas.map(async (arena) => [arena, await this.executor.readArena(arena)] as const);
    return Object.fromEntries(await Promise.all(entries));
  }

  /** Puts a saved state back; `place` is the file that it came from. */
  restore(arrays: Readonly<Record<string, Values>>, place: string): void {
    for (const arena of stateArenas) {
      const values = arrays[arena];
      const wanted = this.searchPlan.plan.arenas[arena]!;
      if (values?.length !== wanted) {
        const problem = `has ${values?.length ?? 'no'} values of ${arena}, not the ${wanted} of this configuration`;
        throw new MixopError('run', place, problem, 'resume with the mixop version that wrote it');
      }
      this.executor.writeArena(arena, values);
    }
  }
}

/**
 * The batches of the weights and of the alphas, which have the validation images or (single-level) others of the
 * training images. Throws a `MixopError` where a split is smaller than a batch.
 */
export function searchBatches(data: SearchData, config: ResolvedConfig): Record<'train' | 'valid', Batches> {
  const { dataset, normalisation } = data;
  const random = Random.fromSeed(config.seed).split('data');
  const common = { dataset, normalisation, batchSize: config.batch };
  return {
    train: new Batches({
      ...common,
      indices: data.train,
      split: 'training',
      random: random.split('training'),
      augmentation: config.augment,
    }),
    valid: new Batches({
      ...common,
      indices: config.alphas.split === 'training' ? data.train : data.validation,
      split: config.alphas.split,
      random: random.split('validation'),
      augmentation: config.augment,
    }),
  };
}

/** Writes a batch into the places of a program. */
export function fillBatch(
  executor: Executor,
  tensors: BatchTensors,
  batch: { readonly images: Float32Array; readonly labels: Float32Array },
): void {
  executor.write(tensors.images, batch.images);
  executor.write(tensors.labels, batch.labels);
}

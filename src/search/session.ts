// A search's plan on an executor with its data: what the search loop drives.

import { nextTask } from '../base/next-task.ts';
import { Random } from '../base/random.ts';
import { Batches, evaluationBatches } from '../data/batches.ts';
import type { Dataset } from '../data/dataset.ts';
import { measureNormalisation, type Normalisation } from '../data/normalise.ts';
import { splitIndices } from '../data/split.ts';
import type { Executor } from '../kernels/executor.ts';
import type { Batch as BatchTensors } from '../supernet/plan-problem.ts';
import type { ResolvedConfig, SearchConfig } from './config.ts';
import { RecordedSession } from './recorded-session.ts';
import { stateArenas } from './recorded-step.ts';
import type { SearchPlan } from './search-plan.ts';

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

export class ImageSearchSession extends RecordedSession {
  override readonly stepsPerEpoch: number;
  override readonly batch: number;
  private readonly searchPlan: SearchPlan;
  private readonly data: SearchData;
  private readonly batches: Readonly<Record<'train' | 'valid', Batches>>;

  constructor(executor: Executor, searchPlan: SearchPlan, data: SearchData, config: ResolvedConfig) {
    super(executor, searchPlan, config, stateArenas);
    this.searchPlan = searchPlan;
    this.data = data;
    this.batch = config.batch;
    this.batches = searchBatches(data, config);
    this.stepsPerEpoch = this.batches.train.stepsPerEpoch;
  }

  protected override fill(epoch: number, step: number): void {
    for (const split of ['train', 'valid'] as const)
      fillBatch(this.executor, this.searchPlan.batches[split], this.batches[split].batch(epoch, step));
  }

  override async evaluate(
    stopRequested: () => boolean,
  ): Promise<{ loss: number; accuracy: number } | undefined> {
    const { dataset, validation, normalisation } = this.data;
    let [loss, correct] = [0, 0];
    for (const batch of evaluationBatches(dataset, validation, this.batch, normalisation)) {
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

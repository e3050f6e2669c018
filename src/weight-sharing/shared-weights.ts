// A supernet's weights on an executor: evaluates one architecture, or trains it for a step.

import { join } from 'node:path';
import { MixopError } from '../base/errors.ts';
import { nextTask } from '../base/next-task.ts';
import { Random } from '../base/random.ts';
import type { BatchResult } from '../bilevel/problem.ts';
import type { Batch, Batches } from '../data/batches.ts';
import type { Executor, Values } from '../kernels/executor.ts';
import { multiplyAddsOf } from '../kernels/operations/multiply-adds.ts';
import { configFile } from '../runs/folder-content.ts';
import { RunFolder } from '../runs/run-folder.ts';
import { storedImageSpace } from '../supernet/spaces/stored.ts';
import { createExecutor, type ExecutorOptions } from '../engine/executors.ts';
import { evaluateImages } from '../engine/evaluate-images.ts';
import { initialiseParameters, writeArenas, writeBatch } from '../engine/session.ts';
import type { Plan } from '../kernels/plan.ts';
import { searchBatches } from '../search/images/data.ts';
import type { PreparedSearch } from '../search/images/plan.ts';
import { prepareImageSearch } from '../search/search.ts';
import { supernetConfig } from '../search/stored-config.ts';
import type { EvaluationProgram } from '../supernet/problem/evaluation.ts';
import { buildPathPlan, evaluationSizes, type PathOptions, type PathPlan } from './path-plan.ts';

/** Arenas that a checkpoint keeps of weights that are trained without alphas. */
export const weightArenas = ['weights', 'velocity'] as const;

/** Reads the configuration and the newest weights of a run of `mixop search` or `mixop supernet`. */
export async function openWeights(
  path: string,
): Promise<{ readonly prepared: PreparedSearch; readonly weights: Values; readonly place: string }> {
  const run = await RunFolder.open(path);
  const config = await supernetConfig(path);
  const { found } = await run.latestCheckpoint();
  const weights = found?.state.arrays['weights'];
  if (found === undefined || weights === undefined) {
    const remedy = 'give a run of `mixop search` or `mixop supernet` that was saved at least once';
    throw new MixopError('run', path, 'has no checkpoint with weights', remedy);
  }
  const space = storedImageSpace(run.config, join(path, configFile));
  const prepared = await prepareImageSearch({ config, space });
  return { prepared, weights, place: `${path}, ${found.file}` };
}

export interface PathScore {
  readonly loss: number;
  /** In percent. */
  readonly accuracy: number;
  /** Weights that these cells use, including stem and head. */
  readonly parameters: number;
  /** Per image. */
  readonly multiplyAdds: number;
}

export class SharedWeights {
  readonly prepared: PreparedSearch;
  readonly stepsPerEpoch: number;
  readonly executor: Executor;
  private readonly batches: Readonly<Record<'train' | 'valid', Batches>>;
  /** Images of the validation split that are evaluated on. */
  private readonly evaluated: Uint32Array;
  /** Calls are serialised: an executor has one set of programs. */
  private turn: Promise<unknown> = Promise.resolve();

  /** executor: one that runs `sharedPlan(prepared, images)` and may grow. */
  constructor(prepared: PreparedSearch, executor: Executor, images: number) {
    this.prepared = prepared;
    this.executor = executor;
    this.batches = searchBatches(prepared.data, prepared.config);
    this.stepsPerEpoch = this.batches.train.stepsPerEpoch;
    this.evaluated = prepared.data.validation.subarray(0, images);
  }

  /** images: number of validation images to evaluate on; all if absent. */
  static async create(
    prepared: PreparedSearch,
    options: ExecutorOptions,
    images: number = prepared.data.validation.length,
  ): Promise<SharedWeights> {
    const executor = await createExecutor(sharedPlan(prepared, images), { ...options, growable: true });
    return new SharedWeights(prepared, executor, images);
  }

  /** Writes initial weights; every parameter has its own random stream. */
  initialise(): void {
    const { searchPlan, config } = this.prepared;
    const random = Random.fromSeed(config.seed).split('weights');
    initialiseParameters(this.executor, searchPlan.problem.parameters.list(), random);
  }

  /** Writes saved weights; `place` is where they came from. */
  writeWeights(weights: Values, place: string): void {
    writeArenas(this.executor, this.prepared.searchPlan.plan, ['weights'], { weights }, place);
  }

  /**
   * Mean loss and accuracy on the validation images, or on a share of them in whole batches. Batch norms use the batch's
   * statistics, as everywhere in a search.
   */
  evaluate(
    cells: PathOptions['cells'],
    { share = 1, signal }: { readonly share?: number; readonly signal?: AbortSignal } = {},
  ): Promise<PathScore> {
    return this.inTurn(async () => {
      const { dataset, normalisation } = this.prepared.data;
      const { batch: size } = this.prepared.config;
      const batches = Math.max(1, Math.round((share * this.evaluated.length) / size));
      const images = share < 1 ? this.evaluated.subarray(0, batches * size) : this.evaluated;
      const path = await this.enter({ cells, evaluate: evaluationSizes(size, images.length), train: false });
      const options = { stopRequested: () => signal?.aborted === true };
      const evaluated = { dataset, indices: images, normalisation };
      const score = await evaluateImages(this.executor, path.evaluations, evaluated, size, options);
      if (score === undefined) throw signal!.reason;
      const [program] = Object.values(path.plan.programs);
      const [perBatch] = path.evaluations.keys();
      const work = multiplyAddsOf(program!);
      return {
        loss: score.loss,
        accuracy: (100 * score.correct) / images.length,
        parameters: path.problem.parameters.count(),
        multiplyAdds: work / perBatch!,
      };
    });
  }

  /** Accuracy in percent on one validation batch. */
  validate(cells: PathOptions['cells'], epoch: number, step: number): Promise<number> {
    return this.inTurn(async () => {
      await nextTask();
      const batch = this.batches.valid.batch(epoch, step);
      const path = await this.enter({ cells, evaluate: [batch.size], train: false });
      const { correct } = await this.run(path.evaluations.get(batch.size)!, batch);
      return (100 * correct) / batch.size;
    });
  }

  /** One step of these cells' weights, at a learning rate. */
  train(cells: PathOptions['cells'], epoch: number, step: number, rate: number): Promise<BatchResult> {
    return this.inTurn(async () => {
      await nextTask();
      const path = await this.enter({ cells, evaluate: [], train: true });
      this.executor.write(path.problem.weightRate, [rate]);
      const result = await this.run(path.step!, this.batches.train.batch(epoch, step));
      if (Number.isFinite(result.loss)) return result;
      const place = `epoch ${epoch + 1}, step ${step + 1}`;
      const remedy = 'lower weights.rate, or look at the data';
      throw new MixopError('numeric', place, `the training loss is ${result.loss}`, remedy);
    });
  }

  async close(): Promise<void> {
    await this.turn.catch(() => {});
    await this.executor.close();
  }

  private async enter(options: PathOptions): Promise<PathPlan> {
    const { builder } = this.prepared.searchPlan;
    const path = buildPathPlan(builder, descriptionOf(this.prepared, this.evaluated.length), options);
    await this.executor.reprogram(path.plan);
    return path;
  }

  private async run(
    { program, batch, loss, correct }: EvaluationProgram,
    values: Batch,
  ): Promise<BatchResult> {
    const { executor } = this;
    writeBatch(executor, batch, values);
    await executor.run(program);
    const [lossOf, correctOf] = await Promise.all([executor.read(loss), executor.read(correct)]);
    return { loss: lossOf[0]!, correct: correctOf[0]! };
  }

  private inTurn<T>(use: () => Promise<T>): Promise<T> {
    const result = this.turn.then(use, use);
    this.turn = result.catch(() => {});
    return result;
  }
}

/** The first plan of an executor of shared weights; every use replaces its programs. */
export function sharedPlan(prepared: PreparedSearch, images: number): Plan {
  const form: PathOptions = { cells: { kind: 'relaxed' }, evaluate: [], train: false };
  return buildPathPlan(prepared.searchPlan.builder, descriptionOf(prepared, images), form).plan;
}

function descriptionOf(
  { space, config, data }: PreparedSearch,
  evaluated: number,
): Parameters<typeof buildPathPlan>[1] {
  const { dataset } = data;
  const size = { channels: config.channels, cells: config.cells };
  return { network: { space, size, classes: dataset.classes }, image: dataset, config, evaluated };
}

// A supernet's weights on an executor, used one architecture at a time: evaluating it, and training it a step.

import { MixopError } from '../base/errors.ts';
import { nextTask } from '../base/next-task.ts';
import { Random } from '../base/random.ts';
import type { BatchResult } from '../bilevel/problem.ts';
import { type Batch, type Batches, evaluationBatches } from '../data/batches.ts';
import type { Executor, Values } from '../kernels/executor.ts';
import { multiplyAddsOf } from '../kernels/operations/multiply-adds.ts';
import { RunFolder } from '../runs/run-folder.ts';
import { initialValues } from '../supernet/parameters.ts';
import type { ImageSpace } from '../supernet/space.ts';
import { createExecutor, type ExecutorOptions } from '../engine/executors.ts';
import type { PreparedSearch } from '../search/prepare.ts';
import { supernetConfig } from '../search/resumed-config.ts';
import { prepareSearch } from '../search/search.ts';
import { searchBatches } from '../search/session.ts';
import {
  buildPathPlan,
  type EvaluationPart,
  evaluationSizes,
  type PathOptions,
  type PathPlan,
} from './path-plan.ts';

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
  const own = run.config['spaceDefinition'] as unknown as ImageSpace | undefined;
  const prepared = await prepareSearch({ config, ...(own && { space: own }) });
  return { prepared, weights, place: `${path}, ${found.file}` };
}

export interface PathScore {
  readonly loss: number;
  /** Hits in percent. */
  readonly accuracy: number;
  /** Weights that these cells use, stem and head counted. */
  readonly parameters: number;
  /** Of an image. */
  readonly multiplyAdds: number;
}

export class SharedWeights {
  readonly prepared: PreparedSearch;
  readonly stepsPerEpoch: number;
  readonly executor: Executor;
  private readonly batches: Readonly<Record<'train' | 'valid', Batches>>;
  /** Images of the validation split that are evaluated on. */
  private readonly evaluated: Uint32Array;
  /** One thing at a time: an executor has one set of programs. */
  private turn: Promise<unknown> = Promise.resolve();

  private constructor(prepared: PreparedSearch, executor: Executor, images: number) {
    this.prepared = prepared;
    this.executor = executor;
    this.batches = searchBatches(prepared.data, prepared.config);
    this.stepsPerEpoch = this.batches.train.stepsPerEpoch;
    this.evaluated = prepared.data.validation.subarray(0, images);
  }

  /** images: how many of the validation split are evaluated on; all of them if absent. */
  static async create(
    prepared: PreparedSearch,
    options: ExecutorOptions,
    images: number = prepared.data.validation.length,
  ): Promise<SharedWeights> {
    const { builder } = prepared.searchPlan;
    // Some program must be there from the start; every use brings its own.
    const form: PathOptions = { cells: { kind: 'relaxed' }, evaluate: [], train: false };
    const { plan } = buildPathPlan(builder, descriptionOf(prepared, images), form);
    const executor = await createExecutor(plan, { ...options, growable: true });
    return new SharedWeights(prepared, executor, images);
  }

  /** Weights of a supernet that starts; every value comes from a stream of its own. */
  initialise(): void {
    const random = Random.fromSeed(this.prepared.config.seed).split('weights');
    for (const parameter of this.prepared.searchPlan.problem.parameters.list())
      this.executor.write(parameter.tensor, initialValues(parameter, random));
  }

  write(arena: (typeof weightArenas)[number], values: Values, place: string): void {
    const wanted = this.prepared.searchPlan.plan.arenas[arena]!;
    if (values.length !== wanted) {
      const problem = `has ${values.length} ${arena}, not the ${wanted} of this configuration`;
      throw new MixopError('run', place, problem, 'use the mixop version that wrote it');
    }
    this.executor.writeArena(arena, values);
  }

  async state(): Promise<Record<(typeof weightArenas)[number], Values>> {
    const [weights, velocity] = [
      await this.executor.readArena('weights'),
      await this.executor.readArena('velocity'),
    ];
    return { weights, velocity };
  }

  /**
   * Mean loss and hits on the validation images, or on a share of them in whole batches. Batch norms take the statistics of the batch, as in the whole
   * search.
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
      let [loss, correct] = [0, 0];
      for (const batch of evaluationBatches(dataset, images, size, normalisation)) {
        await nextTask();
        signal?.throwIfAborted();
        const result = await this.run(path.evaluations.get(batch.size)!, batch);
        loss += result.loss * batch.size;
        correct += result.correct;
      }
      const count = images.length;
      const [program] = Object.values(path.plan.programs);
      const [perBatch] = path.evaluations.keys();
      const work = multiplyAddsOf(program!);
      return {
        loss: loss / count,
        accuracy: (100 * correct) / count,
        parameters: path.problem.parameters.count(),
        multiplyAdds: work / perBatch!,
      };
    });
  }

  /** Hits in percent on one of the validation batches. */
  validate(cells: PathOptions['cells'], epoch: number, step: number): Promise<number> {
    return this.inTurn(async () => {
      await nextTask();
      const batch = this.batches.valid.batch(epoch, step);
      const path = await this.enter({ cells, evaluate: [batch.size], train: false });
      const { correct } = await this.run(path.evaluations.get(batch.size)!, batch);
      return (100 * correct) / batch.size;
    });
  }

  /** One step of the weights that these cells have, at a learning rate. */
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

  private async run({ program, batch, loss, correct }: EvaluationPart, values: Batch): Promise<BatchResult> {
    const { executor } = this;
    executor.write(batch.images, values.images);
    executor.write(batch.labels, values.labels);
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

function descriptionOf(
  { space, config, data }: PreparedSearch,
  evaluated: number,
): Parameters<typeof buildPathPlan>[1] {
  const { dataset } = data;
  const size = { channels: config.channels, cells: config.cells };
  return { network: { space, size, classes: dataset.classes }, image: dataset, config, evaluated };
}

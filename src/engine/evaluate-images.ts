// Evaluates the weights that an executor holds on a set of images, in batches that its plan has programs for.

import { nextTask } from '../base/next-task.ts';
import { evaluationBatches } from '../data/batches.ts';
import type { Dataset } from '../data/dataset.ts';
import type { Normalisation } from '../data/normalise.ts';
import type { Executor } from '../kernels/executor.ts';
import type { EvaluationProgram } from '../supernet/problem/evaluation.ts';
import { writeBatch } from './session.ts';

export interface EvaluatedImages {
  readonly dataset: Dataset;
  readonly indices: Uint32Array;
  readonly normalisation: Normalisation;
}

export interface EvaluateOptions<P extends EvaluationProgram> {
  readonly stopRequested?: () => boolean;
  /** Reads more of a batch; `done`: images before it. */
  readonly onBatch?: (program: P, done: number) => Promise<void>;
}

export interface ImageScore {
  /** Mean over the images. */
  readonly loss: number;
  readonly correct: number;
  /** From 0 to 1. */
  readonly accuracy: number;
}

/** Undefined where a stop came first. `programs`: by batch size. */
export async function evaluateImages<P extends EvaluationProgram>(
  executor: Executor,
  programs: ReadonlyMap<number, P>,
  { dataset, indices, normalisation }: EvaluatedImages,
  batchSize: number,
  { stopRequested = () => false, onBatch }: EvaluateOptions<P> = {},
): Promise<ImageScore | undefined> {
  let [loss, correct, done] = [0, 0, 0];
  for (const batch of evaluationBatches(dataset, indices, batchSize, normalisation)) {
    const program = programs.get(batch.size)!;
    writeBatch(executor, program.batch, batch);
    await executor.run(program.program);
    await nextTask();
    if (stopRequested()) return undefined;
    loss += (await executor.read(program.loss))[0]! * batch.size;
    correct += (await executor.read(program.correct))[0]!;
    await onBatch?.(program, done);
    done += batch.size;
  }
  return { loss: loss / indices.length, correct, accuracy: correct / indices.length };
}

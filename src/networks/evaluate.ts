// Scores a trained network on images that it was not trained on.

import { join } from 'node:path';
import * as z from 'zod';
import { MixopError } from '../base/errors.ts';
import { parseValue } from '../base/parse-value.ts';
import { fingerprint } from '../data/fingerprint.ts';
import { openData } from '../data/open.ts';
import { scoreLogits, type Score } from '../retrain/score.ts';
import { configFile, folderContent } from '../runs/folder-content.ts';
import { allocate, type ExecutorOptions } from '../engine/executors.ts';
import { derivedNetwork } from '../supernet/derived-network.ts';
import { describeNetwork, type NetworkCard } from './card.ts';
import { retrainSchema } from './config.ts';
import { allOf, type ImageSet, retrainData } from './data.ts';
import { buildEvaluationPlan } from './plan.ts';
import { openTraining } from './open-training.ts';
import { evaluateLogits } from './session.ts';
import { openTrained, type TrainedNetwork, type WhichWeights } from './trained.ts';
import { writeStateDict } from './weights.ts';

export interface EvaluateOptions extends ExecutorOptions {
  /** The folder of a training, or a safetensors file that mixop wrote. */
  readonly path: string;
  /** The data set; by default that of the run. Its test part is evaluated, if it has one. */
  readonly data?: string;
  readonly weights?: WhichWeights;
  readonly batch?: number;
}

export interface EvaluateResult extends Score {
  readonly file: string;
  readonly data: string;
  /** Which images: the test part, those that the run held out, or all. */
  readonly part: 'test' | 'held out' | 'all';
  readonly classNames?: readonly string[];
}

/** What decides which images a run holds out. */
const splitSchema = z.object(retrainSchema.pick({ trainFraction: true, seed: true }).shape);

/** Throws a `MixopError` for bad input. */
export async function evaluate(options: EvaluateOptions): Promise<EvaluateResult> {
  const trained = await openTrained(options.path, options.weights);
  const { images, part } = await imagesFor(options);
  const { dataset, indices } = images;
  const labels = Array.from(indices, (index) => dataset.labels[index]!);
  const logits = await computeLogits(trained, images, options);
  const score = scoreLogits(logits, labels, trained.card.classes);
  const classNames = dataset.classNames ?? trained.card.classNames;
  return { ...score, file: trained.file, data: dataset.name, part, ...(classNames && { classNames }) };
}

interface ComputeOptions extends ExecutorOptions {
  readonly batch?: number;
}

/** [images, classes], dense. Throws a `MixopError` where images or weights do not fit the network. */
export async function computeLogits(
  { card, weights, file }: TrainedNetwork,
  images: ImageSet,
  options: ComputeOptions = {},
): Promise<Float32Array> {
  const { batch = 100 } = options;
  checkImages(card, images);
  const description = describeNetwork(card, file);
  const plan = buildEvaluationPlan(derivedNetwork(description), card.image, batch, images.indices.length);
  const executor = await allocate('evaluate', plan.plan, options);
  try {
    writeStateDict(executor, plan.parameters, weights, file);
    return (await evaluateLogits(executor, plan, images, batch, card.normalisation)).logits;
  } finally {
    await executor.close();
  }
}

/** No training image, if the data are those of the run. */
async function imagesFor({
  path,
  data,
}: EvaluateOptions): Promise<{ readonly images: ImageSet; readonly part: EvaluateResult['part'] }> {
  const stored = (await folderContent(path)) === 'run' ? (await openTraining(path)).config : undefined;
  const name = data ?? stored?.['data'];
  if (typeof name !== 'string')
    throw new MixopError('usage', '--data', 'is missing', 'a file of weights names no images');
  const source = await openData(name);
  if (source.test !== undefined) return { images: allOf(source.test), part: 'test' };
  if (stored === undefined || fingerprint(source.train) !== stored['dataFingerprint'])
    return { images: allOf(source.train), part: 'all' };
  const remedy = 'restore the file from a copy, or name other images with --data';
  const split = parseValue(splitSchema, stored, join(path, configFile), remedy);
  return {
    images: retrainData(source, split).heldOut,
    part: 'held out',
  };
}

function checkImages({ image, classes }: NetworkCard, { dataset }: ImageSet): void {
  const { height, width, channels } = dataset;
  const found = `${height}x${width}x${channels} in ${dataset.classes} classes`;
  const wanted = `${image.height}x${image.width}x${image.channels} in ${classes} classes`;
  if (found === wanted) return;
  const remedy = `give images of ${wanted}, or train on these with mixop retrain`;
  throw new MixopError('data', dataset.name, `has images of ${found}, the network needs ${wanted}`, remedy);
}

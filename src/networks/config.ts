// The configuration of a training: one schema for the file, the flags and the library. Defaults are those of the
// published evaluation on CIFAR-10 (Liu et al. 2019, section 3.2), without its optional parts.

import * as z from 'zod';
import { stoppingSchema } from '../predictors/curves/stopping.ts';
import { batchSize, checkpoints, sgd, share } from '../search/config.ts';
import { configError, type PlaceOf } from '../engine/config-error.ts';

const augmentation = z
  .strictObject({
    pad: z.int().nonnegative().optional().describe('pixels of padding before a random crop'),
    flip: z.boolean().optional().describe('random horizontal flip'),
    cutout: z.int().nonnegative().default(0).describe('side of the cutout square'),
  })
  .prefault({});

const probability = z.number().min(0).lt(1);

/** The schema (zod) of a training's configuration, without the genotype. */
export const retrainSchema = z.strictObject({
  data: z.string().min(1).default('digits').describe('data set: an embedded name, KIND:PATH or PATH'),
  trainFraction: share
    .optional()
    .describe(
      'share of the training part to train on; the rest is held out (default: all, if there is a test part)',
    ),
  form: z
    .enum(['cifar', 'imagenet'])
    .default('cifar')
    .describe('stem: one convolution, or three of stride 2'),
  epochs: z.int().positive().default(600),
  evaluateEvery: z
    .int()
    .positive()
    .default(1)
    .describe('epochs between evaluations on the held-out images; the last epoch is always evaluated'),
  batch: batchSize(96).describe('images per step'),
  channels: z.int().positive().default(36).describe('channels of the first cells'),
  cells: z
    .int()
    .positive()
    .max(1000)
    .default(20)
    .describe('total number of cells (nasbench201: cells per stage, default 5)'),
  seed: z.int().nonnegative().default(0),
  auxiliary: z.boolean().default(false).describe('train a second classifier at two thirds of the depth'),
  auxiliaryWeight: z.number().positive().default(0.4).describe('weight of its loss'),
  dropPath: probability
    .default(0)
    .describe('probability of dropping a path; it rises linearly to this value in the last epoch'),
  smoothing: probability.default(0).describe('label smoothing'),
  average: probability
    .default(0)
    .describe("decay of the weights' moving average, which is evaluated; 0: no average"),
  augment: augmentation.describe('default: crop and flip for 32x32 images, none for smaller ones'),
  weights: sgd(0).describe('the optimizer: SGD with momentum'),
  stopEarly: stoppingSchema
    .extend({ beside: z.array(z.string().min(1)).default([]).describe('finished runs to compare with') })
    .optional()
    .describe('stop a training that is not expected to become the best'),
  checkpoints,
});

/**
 * The schema of short trainings, which score architectures: a smaller retraining. Accuracy is measured on held-out
 * training images, never on a test part.
 */
export const shortSchema = z.strictObject({
  ...retrainSchema.pick({ data: true, seed: true, augment: true, weights: true }).shape,
  trainFraction: share.default(0.8).describe('share of the training part to train on; the rest is evaluated'),
  dataShare: z.number().gt(0).max(1).default(1).describe('share of those images to train on'),
  imageSize: z.int().min(4).optional().describe('height and width to which images are shrunk'),
  epochs: z.int().positive().default(10),
  batch: batchSize(64).describe('images per step'),
  channels: z.int().positive().optional().describe("channels of the first cells (default: the space's)"),
  cells: z.int().positive().max(1000).optional().describe("cells (default: the space's)"),
  inherit: z
    .boolean()
    .default(true)
    .describe(
      'initialise a child with the weights of its parent, where the strategy has parents and shapes agree',
    ),
});

/** The configuration of short trainings, complete. */
export type ShortConfig = z.output<typeof shortSchema>;

/** A complete configuration. */
export type RetrainConfig = z.output<typeof retrainSchema>;
/** What a user writes: everything has a default. */
export type RetrainConfigInput = z.input<typeof retrainSchema>;

/** Checks a configuration and fills in defaults. Throws a `MixopError` for the first error. */
export function resolveRetrain(
  input: RetrainConfigInput,
  source: string | PlaceOf = 'configuration',
): RetrainConfig {
  const placeOf: PlaceOf =
    typeof source === 'string' ? (path) => `${source}: ${path.join('.') || 'whole'}` : source;
  const result = retrainSchema.safeParse(input);
  if (result.success) return result.data;
  throw configError(result.error.issues[0]!, input, placeOf, retrainSchema);
}

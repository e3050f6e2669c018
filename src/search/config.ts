// The configuration of a search: one schema for the file, the flags and the library, with every default of the
// published search (Liu et al. 2019; see also the reference of the space).

import type { OptimizerSettings } from '../supernet/problem/recorded-problem.ts';
import * as z from 'zod';

export const positive = z.number().positive();
export const share = z.number().gt(0).lt(1);

/** Examples of a step. A batch norm of a single one takes from a channel's mean all that tells the example apart. */
export const batchSize = (usual: number) =>
  z
    .int()
    .positive()
    .refine((size) => size > 1, 'use 2 or more: batch norm over a single example leaves little to learn from')
    .default(usual);

/** SGD with momentum whose rate falls to `lastRate` by a cosine. */
export const sgd = (lastRate: number, { rate = 0.025, momentum = 0.9, decay = 3e-4, clip = 5 } = {}) =>
  z
    .strictObject({
      rate: positive.default(rate).describe('learning rate at the start'),
      lastRate: z.number().nonnegative().default(lastRate).describe('learning rate that the cosine ends at'),
      momentum: z.number().min(0).lt(1).default(momentum),
      decay: z.number().nonnegative().default(decay).describe('coupled L2 weight decay'),
      clip: positive.default(clip).describe('largest norm of the gradient'),
    })
    .prefault({});

const adamKeys = (rate: number, betas: [number, number]) => ({
  rate: positive.default(rate),
  betas: z.tuple([share, share]).default(betas),
  epsilon: positive.default(1e-8),
  decay: z.number().nonnegative().default(1e-3).describe('coupled L2 weight decay'),
  scale: z.number().nonnegative().default(1e-3).describe('alphas start at scale * N(0, 1)'),
  warmupEpochs: z.int().nonnegative().default(0).meta({
    description: 'epochs at the start that train the weights alone (PC-DARTS: 15)',
    formerly: 'from',
  }),
});

/** Adam of the alphas. */
export const adam = (rate: number, betas: [number, number]) =>
  z.strictObject(adamKeys(rate, betas)).prefault({});

const imageAdam = z
  .strictObject({
    ...adamKeys(3e-4, [0.5, 0.999]),
    split: z
      .enum(['validation', 'training'])
      .default('validation')
      .describe(
        'images that the alphas learn from; training: those of the weights, single-level optimisation',
      ),
  })
  .prefault({});

const augmentation = z.strictObject({
  pad: z.int().nonnegative().default(0).describe('random crop after padding by so many pixels'),
  flip: z.boolean().default(false).describe('random horizontal flip'),
  cutout: z.int().nonnegative().default(0).describe('side of the square that is cut out'),
});

export const checkpoints = z
  .strictObject({
    everySteps: z
      .int()
      .nonnegative()
      .default(0)
      .describe('also a checkpoint every so many steps; 0: at the end of epochs only'),
    keep: z.int().positive().default(2).describe('how many of the newest are kept'),
  })
  .prefault({});

/** The schema (zod) of a search's configuration: keys, types, bounds, defaults and descriptions. */
export const searchSchema = z.strictObject({
  space: z.string().min(1).default('darts-cnn').describe('search space'),
  data: z.string().min(1).default('digits').describe('data set: an embedded name, KIND:PATH or PATH'),
  order: z
    .union([z.literal(1), z.literal(2)])
    .default(1)
    .describe('1: first order, 2: unrolled second order'),
  epochs: z.int().positive().default(50),
  batch: batchSize(64).describe('images a step, of each split'),
  channels: z.int().positive().default(16).describe('channels of the first cells'),
  cells: z
    .int()
    .positive()
    .max(1000)
    .default(8)
    .describe('cells in all (nasbench201: cells a stage, 5 if left out)'),
  seed: z.int().nonnegative().default(0),
  trainFraction: share.default(0.5).describe('share of the training images that the weights learn from'),
  augment: augmentation
    .optional()
    .describe('default: crop and flip for 32x32 images, nothing for smaller ones'),
  weights: sgd(0.001).describe('the optimizer of the weights: SGD with momentum'),
  alphas: imageAdam.describe('the optimizer of the alphas: Adam'),
  checkpoints,
});

/** A complete configuration. */
export type SearchConfig = z.output<typeof searchSchema>;
/** What a user gives: everything has a default. */
export type SearchConfigInput = z.input<typeof searchSchema>;
/** With the augmentation that the data set's image size suggests. */
export type ResolvedConfig = SearchConfig & { readonly augment: NonNullable<SearchConfig['augment']> };

/** The optimizers of a search, as a recorded problem takes them. */
export function optimizerSettings({
  weights,
  alphas,
}: Pick<SearchConfig, 'weights'> & {
  readonly alphas: Omit<SearchConfig['alphas'], 'split'>;
}): OptimizerSettings {
  return {
    sgd: { momentum: weights.momentum, weightDecay: weights.decay, clip: weights.clip },
    adam: { betas: alphas.betas, epsilon: alphas.epsilon, weightDecay: alphas.decay },
  };
}

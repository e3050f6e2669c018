// The configuration of a search on text, with every default of the published one (Liu et al. 2019, section 3.1.2, and
// their code).

import * as z from 'zod';
import { MixopError } from '../../base/errors.ts';
import { textForm } from '../../data/open-text.ts';
import { tokenKinds } from '../../data/text.ts';
import { dartsRnn } from '../../supernet/spaces/darts-rnn.ts';
import { configError, type PlaceOf } from '../../engine/config-error.ts';
import { adam, batchSize, checkpoints, sgd, share } from '../config.ts';
import { requireLearning, sourcePlace } from '../resolve.ts';

const whole = z.int().positive();
const rate = (usual: number) => z.number().min(0).lt(1).default(usual);

/** The schema (zod) of a text search's configuration. */
export const textSearchSchema = z.strictObject({
  space: z.literal(dartsRnn.name).default(dartsRnn.name).describe('search space'),
  data: z.string().min(1).describe('text:FILE, or text:FOLDER with files called train and valid'),
  tokens: z.enum(tokenKinds).default('words').describe('what is foretold'),
  order: z
    .union([z.literal(1), z.literal(2)])
    .default(1)
    .describe('1: first order, 2: unrolled second order'),
  epochs: whole.default(50),
  batch: batchSize(256).describe('pieces of text side by side, of each split'),
  length: whole.default(35).describe('words that a step goes through, and gradients back through'),
  units: whole.default(300).describe('of the hidden state and of the embedding'),
  seed: z.int().nonnegative().default(0),
  trainFraction: share.default(0.9).describe('of a single file: the part, from its start, for the weights'),
  dropout: z
    .strictObject({
      embedding: rate(0.2).describe('of the embedding'),
      input: rate(0.75).describe("of the cell's input, after that of the embedding"),
      hidden: rate(0.25).describe('of states where they are multiplied by a matrix'),
      output: rate(0.75).describe('of hidden states where they are decoded'),
    })
    .prefault({})
    .describe('shares that are dropped, the same units at all words of a step'),
  slowness: z
    .number()
    .nonnegative()
    .default(1e-3)
    .describe('weight of the mean squared difference of neighbouring hidden states'),
  weights: sgd(20, { rate: 20, momentum: 0, decay: 5e-7, clip: 0.25 }).describe(
    'the optimizer of the weights: SGD; rates are for a length of 35, for others in proportion',
  ),
  alphas: adam(3e-3, [0.9, 0.999]).describe('the optimizer of the alphas: Adam'),
  checkpoints,
});

export type TextSearchConfig = z.output<typeof textSearchSchema>;
/** What a user gives: everything but the data has a default. */
export type TextSearchConfigInput = z.input<typeof textSearchSchema>;

/** As `resolveConfig`, of a search on text. */
export function resolveTextConfig(
  input: Partial<TextSearchConfigInput>,
  source?: string | PlaceOf,
): TextSearchConfig {
  const placeOf = sourcePlace(source);
  if (input.data === undefined) {
    const remedy = `give ${textForm}: a file, or a folder with one file called train and one called valid`;
    throw new MixopError('config', 'data', `is missing: ${dartsRnn.name} learns from text`, remedy);
  }
  const result = textSearchSchema.safeParse(input);
  if (!result.success) throw configError(result.error.issues[0]!, input, placeOf, textSearchSchema);
  requireLearning(result.data, placeOf);
  return result.data;
}

/** Whether a stored configuration is that of a search on text, whose measure is the perplexity. */
export function isTextConfig({ space }: Readonly<Record<string, unknown>>): boolean {
  return space === dartsRnn.name;
}

/** exp(loss): among how many words a model chooses, as it were. */
export function perplexity(loss: number): number {
  return Math.exp(loss);
}

// The configuration of a search without gradient: one schema for the command line and the library.

import * as z from 'zod';
import { type ShortConfig, shortSchema } from '../networks/config.ts';
import { stoppingSchema } from '../predictors/curves/stopping.ts';
import { configError, type PlaceOf } from '../engine/config-error.ts';

const limit = z.number().positive().optional();

/** What can score an architecture. */
export const evaluatorKinds = ['table', 'shared', 'train', 'zero-cost'] as const;
export type EvaluatorKind = (typeof evaluatorKinds)[number];

/** How untrained networks are scored. */
export const zeroCostSchema = z.strictObject({
  score: z.string().min(1).default('naswot'),
  data: z.string().min(1).default('digits').describe('images'),
  images: z.int().min(2).default(64).describe('images of the batch'),
  channels: z.int().positive().default(16).describe('channels of the first cells'),
  cells: z
    .int()
    .positive()
    .optional()
    .describe('cells in all, in nasbench201 per stage; default: as published'),
});

const several = z
  .array(z.int().positive())
  .min(2)
  .refine((values) => new Set(values).size === values.length, 'repeats a value')
  .optional();

/** The values among which a search chooses the sizes of networks. */
const sizesSchema = z.strictObject({
  cells: several.describe('numbers of cells'),
  channels: several.describe('channels of the first cells'),
});

export const baselineSchema = z.strictObject({
  strategy: z.string().min(1),
  settings: z.record(z.string(), z.unknown()).default({}).describe('of the strategy'),
  space: z.string().min(1).optional().describe("search space; default: the table's"),
  evaluator: z
    .enum(evaluatorKinds)
    .optional()
    .describe('how architectures are scored; default: by the key given below'),
  table: z.string().min(1).optional().describe('CSV of NAS-Bench-201 or NAS-Bench-Macro, plain or .gz'),
  columns: z.string().min(1).optional().describe('CSV with more columns for the table, joined by index'),
  weights: z.string().min(1).optional().describe('run whose shared weights score the architectures'),
  images: z.int().min(2).optional().describe('validation images that --weights scores on'),
  train: shortSchema.optional().describe('short trainings that score architectures'),
  sizes: sizesSchema.optional().describe('sizes of the trained networks to search as well'),
  zeroCost: zeroCostSchema.optional().describe('score of untrained networks'),
  guide: z.string().min(1).optional().describe('column that the search maximises'),
  report: z.array(z.string().min(1)).optional().describe('columns to report as well'),
  objective: z.string().min(1).optional().describe('minimised against the score, for the Pareto front'),
  budget: z
    .strictObject({
      evaluations: z.int().positive().optional(),
      seconds: limit.describe('sum over evaluations; none is made that would exceed it'),
      epochs: limit,
    })
    .describe('limits of each search; the first one reached ends it'),
  stopEarly: stoppingSchema.optional().describe('stops trainings that will not become the best'),
  seed: z.int().nonnegative().default(0).describe('random seed of the first search'),
  seeds: z.int().positive().default(1).describe('number of searches, each with the next seed'),
  batch: z.int().positive().default(1).describe('evaluations per batch: the strategy learns after each'),
});

export type BaselineConfig = z.output<typeof baselineSchema>;
export type BaselineConfigInput = z.input<typeof baselineSchema>;

export const defaultPlace: PlaceOf = (path) => `configuration: ${path.join('.')}`;

/** Checks a configuration and fills in the defaults; throws a `MixopError` for the first thing that is wrong. */
export function resolveBaseline(input: BaselineConfigInput, placeOf: PlaceOf = defaultPlace): BaselineConfig {
  const result = baselineSchema.safeParse(input);
  if (result.success) return result.data;
  throw configError(result.error.issues[0]!, input, placeOf, baselineSchema);
}

/** Checks the settings of short trainings alone; their paths begin with `train`. */
export function shortConfig(input: unknown, placeOf: PlaceOf): ShortConfig {
  const result = shortSchema.safeParse(input);
  if (result.success) return result.data;
  const place: PlaceOf = (path, part) => placeOf(['train', ...path], part);
  throw configError(result.error.issues[0]!, input, place, shortSchema);
}

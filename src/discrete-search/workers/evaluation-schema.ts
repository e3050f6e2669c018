// An evaluation's result as a ledger and the messages of workers hold it, parsed: JSON, in which NaN is null.

import * as z from 'zod';
import type { Fidelity } from '../../discrete-baselines/evaluator.ts';
import type { Stop } from '../../predictors/curves/stopping.ts';

export const stopSchema: z.ZodType<Stop> = z.object({
  seen: z.int().nonnegative(),
  saved: z.int().nonnegative(),
  best: z.number(),
  chance: z.number().exactOptional(),
});

export const evaluationSchema = z.object({
  score: z.number(),
  seconds: z.number().nonnegative().describe('what this evaluation cost'),
  epochs: z.number().nonnegative(),
  curve: z
    .array(z.number())
    .readonly()
    .exactOptional()
    .describe('the score after every epoch, where there is such a curve'),
  stop: stopSchema.exactOptional().describe('where the training was ended early'),
  metrics: z.record(z.string(), z.number()).readonly(),
});

export const fidelitySchema: z.ZodType<Fidelity> = z.object({
  epochs: z.number().positive().exactOptional(),
  dataShare: z.number().positive().exactOptional(),
  imageSize: z.number().positive().exactOptional(),
  channels: z.number().positive().exactOptional(),
});

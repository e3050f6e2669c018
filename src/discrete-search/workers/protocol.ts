// What the processes of a search say to each other: plain data, parsed by who hears it.

import * as z from 'zod';
import { type ErrorKind, exitCodes } from '../../base/errors.ts';
import type { RandomState } from '../../base/random.ts';
import type { EvaluationRequest } from '../../discrete-baselines/evaluator.ts';
import { stoppingSchema } from '../../predictors/curves/stopping.ts';
import { type ExecutorOptions, executorNames } from '../../engine/executors.ts';
import { baselineSchema } from '../config.ts';
import { evaluationSchema, fidelitySchema } from './evaluation-schema.ts';

const count = z.int().nonnegative();
const word = count.max(2 ** 32 - 1);
const numbers = z.array(z.number()).readonly();

const randomSchema: z.ZodType<RandomState> = z.object({
  key: z.tuple([word, word]),
  counter: z.tuple([word, word, word, word]),
  used: count.max(4),
});

export type SentRequest = Omit<EvaluationRequest, 'random'> & { readonly random: RandomState };

const requestSchema: z.ZodType<SentRequest> = z.object({
  id: count,
  seed: count,
  architecture: z.array(count).readonly(),
  fidelity: fidelitySchema,
  parent: count.exactOptional(),
  random: randomSchema,
  stopping: z
    .object({
      settings: stoppingSchema,
      ended: z.array(z.object({ values: numbers, features: numbers })).readonly(),
      features: numbers,
    })
    .exactOptional(),
});

const executorSchema: z.ZodType<ExecutorOptions> = z.object({
  executor: z.enum(executorNames).exactOptional(),
  threads: z.int().positive().exactOptional(),
  growable: z.boolean().exactOptional(),
  adapter: z.string().exactOptional(),
  limits: z.enum(['offered', 'default']).exactOptional(),
  schedule: z.enum(['tiles', 'workgroup']).exactOptional(),
});

export const toWorkerSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('open'),
    config: baselineSchema,
    executor: executorSchema,
    run: z.string().exactOptional().describe("the run's folder"),
    beat: z.number().positive().describe('milliseconds between two signs of life'),
  }),
  z.object({ kind: z.literal('evaluate'), request: requestSchema }),
]);

export type ToWorker = z.output<typeof toWorkerSchema>;

const kinds = Object.keys(exitCodes) as [ErrorKind, ...ErrorKind[]];

export const fromWorkerSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ready') }),
  /** It opens or evaluates, and goes on with it. */
  z.object({ kind: z.literal('alive') }),
  /** `seed` and `id` are those of the request. */
  z.object({ kind: z.literal('evaluated'), seed: count, id: count, evaluation: evaluationSchema }),
  z.object({
    kind: z.literal('failed'),
    text: z.string(),
    mixop: z
      .object({ kind: z.enum(kinds), place: z.string(), problem: z.string(), remedy: z.string() })
      .exactOptional()
      .describe('what a user can mend'),
  }),
]);

export type FromWorker = z.output<typeof fromWorkerSchema>;

// Foreign data (JSON of a file) parsed into a type at the border, so that nothing behind it casts.

import type * as z from 'zod';
import { MixopError } from './errors.ts';

/** Characters of a place that are shown: keys of foreign data may be of any length. */
const maxShown = 200;

/**
 * What a schema makes of `value`. Throws a `MixopError` for the first thing that is wrong, at `place: path.of.keys`.
 * The value itself is not shown: it may nest so deeply that JSON cannot write it.
 */
export function parseValue<T>(schema: z.ZodType<T>, value: unknown, place: string, remedy: string): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const { path, message } = result.error.issues[0]!;
  const keys = path.join('.').slice(0, maxShown);
  const problem = message.replace(/^Invalid input: /, '');
  throw new MixopError('data', keys === '' ? place : `${place}: ${keys}`, problem, remedy);
}

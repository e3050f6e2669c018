// From what a user gives to a complete configuration.

import { MixopError } from '../base/errors.ts';
import { type SearchConfig, type SearchConfigInput, searchSchema } from './config.ts';
import { configError, type PlaceOf } from '../engine/config-error.ts';
import { imageSpaces } from '../supernet/spaces/named.ts';

/**
 * Checks a configuration against `searchSchema` and fills in the defaults, those of a named space first.
 * `source` names where a key came from, for errors. Throws a `MixopError` for the first thing that is wrong.
 */
export function resolveConfig(input: SearchConfigInput, source?: string | PlaceOf): SearchConfig {
  const placeOf = sourcePlace(source);
  const result = searchSchema.safeParse(overlay(defaultsOf(input), input));
  if (!result.success) throw configError(result.error.issues[0]!, input, placeOf, searchSchema);
  requireLearning(result.data, placeOf);
  return result.data;
}

/** Names the place of a key in a source: a file, or what already knows. */
export function sourcePlace(source: string | PlaceOf = 'configuration'): PlaceOf {
  return typeof source === 'string' ? (path) => `${source}: ${path.join('.') || 'whole'}` : source;
}

/** Throws a `MixopError` where the alphas of a search would never be trained. */
export function requireLearning(
  config: { readonly alphas: { readonly warmupEpochs: number }; readonly epochs: number },
  placeOf: PlaceOf,
): void {
  const { warmupEpochs } = config.alphas;
  const { epochs } = config;
  if (warmupEpochs < epochs) return;
  const place = placeOf(['alphas', 'warmupEpochs'], 'value');
  const problem = `is ${warmupEpochs} of ${epochs} epochs: the alphas would never be trained`;
  throw new MixopError('config', place, problem, `it must be less than epochs (${epochs})`);
}

function defaultsOf({ space }: SearchConfigInput): SearchConfigInput {
  return typeof space === 'string' && Object.hasOwn(imageSpaces, space) ? imageSpaces[space]!.defaults : {};
}

/** Nested objects are merged; everything else of `above` replaces what is below. */
export function overlay(
  below: Readonly<Record<string, unknown>>,
  above: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const merged = Object.entries(above).map(([key, value]) => {
    const under = Object.hasOwn(below, key) ? below[key] : undefined;
    return [key, isObject(under) && isObject(value) ? overlay(under, value) : value] as const;
  });
  // Not by assignment, which would take a key `__proto__` for something else.
  return Object.fromEntries([...Object.entries(below), ...merged]);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

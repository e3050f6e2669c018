// From what a user gives to a complete configuration.

import * as z from 'zod';
import { MixopError } from '../base/errors.ts';
import { nearNames } from '../base/near-names.ts';
import { RunFolder } from '../runs/run-folder.ts';
import { type SearchConfig, type SearchConfigInput, searchSchema } from './config.ts';

/** Keys that a run's stored configuration has beside the schema's. */
export const derivedKeys = ['dataFingerprint', 'spaceDefinition'] as const;

/** Checks an object against the schema and fills in the defaults; `source` names where it came from. */
export function resolveConfig(input: SearchConfigInput, source = 'configuration'): SearchConfig {
  const result = searchSchema.safeParse(input);
  if (result.success) return result.data;
  const issue = result.error.issues[0]!;
  throw issueError(issue, input, source);
}

/** One clear error for the first issue: which key, what is wrong, what to write. */
function issueError(issue: z.core.$ZodIssue, input: unknown, source: string): MixopError {
  const path = issue.path.map(String);
  if (issue.code === 'unrecognized_keys') {
    const key = issue.keys[0]!;
    const known = keysAt(path);
    const [near] = nearNames(key, known);
    const hint = near === undefined ? '' : `did you mean "${near}"? `;
    const place = [...path, key].join('.');
    return new MixopError(
      'config',
      `${source}: ${place}`,
      'is not a known key',
      `${hint}known keys: ${known.join(', ')}`,
    );
  }
  const value = path.reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], input);
  const problem = value === undefined ? 'is missing' : `is ${JSON.stringify(value)}`;
  const remedy = issue.message.replace(/^Invalid input: /, '').replace(/^Too (small|big): /, '');
  return new MixopError('config', `${source}: ${path.join('.') || 'whole'}`, problem, remedy);
}

/** The known keys of the schema at a path. */
function keysAt(path: readonly string[]): readonly string[] {
  let schema = z.toJSONSchema(searchSchema, { io: 'input' }) as { properties?: Record<string, unknown> };
  for (const key of path) schema = schema.properties?.[key] ?? {};
  return Object.keys(schema.properties ?? {});
}

/** The configuration that a resumed run was made with, overlaid with what is given now. */
export async function resumedConfig(path: string, given: SearchConfigInput): Promise<SearchConfigInput> {
  const { config } = await RunFolder.open(path);
  const stored = Object.fromEntries(
    Object.entries(config).filter(([key]) => !(derivedKeys as readonly string[]).includes(key)),
  );
  return overlay(stored, given);
}

/** Nested objects are merged; everything else of `above` replaces what is below. */
export function overlay(
  below: Readonly<Record<string, unknown>>,
  above: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const result: Record<string, unknown> = { ...below };
  for (const [key, value] of Object.entries(above)) {
    const under = result[key];
    result[key] = isObject(under) && isObject(value) ? overlay(under, value) : value;
  }
  return result;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

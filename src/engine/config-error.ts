// What the schema refuses, as one error: where the key stands, what is wrong with it, what to write instead.

import * as z from 'zod';
import { MixopError } from '../base/errors.ts';
import { nearNames } from '../base/near-names.ts';

/** Names the place of a key for an error: a flag, or file, line and column. `part`: what of it is wrong. */
export type PlaceOf = (path: readonly string[], part: 'key' | 'value') => string;

type Issue = z.core.$ZodIssue;

export function configError(issue: Issue, input: unknown, placeOf: PlaceOf, schema: z.ZodType): MixopError {
  const path = issue.path.map(String);
  if (issue.code === 'unrecognized_keys') return unknownKey([...path, issue.keys[0]!], placeOf, schema);
  const value = path.reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], input);
  const problem = value === undefined ? 'is missing' : `is ${show(value)}`;
  return new MixopError('config', placeOf(path, 'value'), problem, remedyOf(issue));
}

function unknownKey(path: readonly string[], placeOf: PlaceOf, of: z.ZodType): MixopError {
  const properties = propertiesAt(path.slice(0, -1), of);
  const known = Object.keys(properties);
  const key = path.at(-1)!;
  const place = placeOf(path, 'key');
  const renamed = known.find((name) => properties[name]!.formerly === key);
  if (renamed !== undefined) {
    const remedy = `write ${[...path.slice(0, -1), renamed].join('.')}`;
    return new MixopError('config', place, `was renamed to ${renamed}`, remedy);
  }
  const [near] = nearNames(key, known);
  const hint = near === undefined ? '' : `did you mean "${near}"? `;
  return new MixopError(
    'config',
    place,
    'is not a known key',
    known.length > 0 ? `${hint}known keys: ${known.join(', ')}` : 'leave it out: none is known here',
  );
}

interface KeySchema {
  readonly properties?: Readonly<Record<string, KeySchema>>;
  /** The name that the key had in earlier versions. */
  readonly formerly?: string;
}

/** The known keys of a schema at a path. */
function propertiesAt(path: readonly string[], of: z.ZodType): Readonly<Record<string, KeySchema>> {
  let schema = z.toJSONSchema(of, { io: 'input' }) as KeySchema;
  for (const key of path) schema = schema.properties?.[key] ?? {};
  return schema.properties ?? {};
}

const kinds: Readonly<Record<string, string>> = {
  int: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  string: 'text',
  tuple: 'a list of two numbers',
  object: 'keys with values',
  array: 'a list',
};

/** What one side of a union takes. */
function alternatives(issue: Issue): readonly string[] {
  if (issue.code === 'invalid_value') return issue.values.map(String);
  return issue.code === 'invalid_type' ? [kinds[issue.expected] ?? issue.expected] : [];
}

function remedyOf(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `write ${kinds[issue.expected] ?? issue.expected}`;
    case 'invalid_union':
      return `write ${[...new Set(issue.errors.flat().flatMap(alternatives))].join(' or ')}`;
    case 'invalid_value':
      return `write ${issue.values.map(String).join(' or ')}`;
    case 'too_small':
      if (issue.origin === 'array') return `write ${issue.minimum} numbers`;
      if (issue.origin === 'string') return 'it must not be empty';
      return `it must be ${issue.inclusive ? 'at least' : 'over'} ${issue.minimum}`;
    case 'too_big':
      if (issue.origin === 'array') return `write ${issue.maximum} numbers`;
      return `it must be ${issue.inclusive ? 'at most' : 'below'} ${issue.maximum}`;
    default:
      return issue.message;
  }
}

/** A value as the user could have written it, cut where it is long. */
function show(value: unknown): string {
  const text = typeof value === 'number' ? String(value) : JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

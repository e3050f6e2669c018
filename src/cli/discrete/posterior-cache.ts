// Posteriors of learning curves kept in a file, a line of JSON each: an interrupted measurement goes on where it was.

import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readFileSync, truncateSync } from 'node:fs';
import { dirname } from 'node:path';
import * as z from 'zod';
import { MixopError } from '../../base/errors.ts';
import type { LastValues, PosteriorCache } from '../../predictors/curves/parametric.ts';

const lineSchema = z.object({ key: z.string(), means: z.array(z.number()), deviations: z.array(z.number()) });

/** A line that was cut is taken off; a line that is no posterior is an error. */
export function openPosteriorCache(path: string): PosteriorCache {
  const known = new Map<string, LastValues>();
  if (existsSync(path)) {
    const text = readFileSync(path, 'utf8');
    const whole = text.slice(0, text.lastIndexOf('\n') + 1);
    if (whole.length < text.length) truncateSync(path, Buffer.byteLength(whole));
    whole
      .split('\n')
      .slice(0, -1)
      .forEach((line, i) => {
        const { key, ...values } = parseLine(line, `${path}:${i + 1}`);
        known.set(key, values);
      });
  } else mkdirSync(dirname(path), { recursive: true });
  return {
    get: (key) => known.get(nameOf(key)),
    set(key, values) {
      const name = nameOf(key);
      known.set(name, values);
      appendFileSync(path, `${JSON.stringify({ key: name, ...values })}\n`);
    },
  };
}

function nameOf(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}

function parseLine(line: string, place: string): z.infer<typeof lineSchema> {
  try {
    return lineSchema.parse(JSON.parse(line));
  } catch (cause) {
    throw new MixopError('data', place, 'is not a posterior', 'name another file, or delete this one', {
      cause,
    });
  }
}

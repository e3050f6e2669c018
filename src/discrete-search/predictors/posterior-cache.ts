// Posteriors of learning curves kept in a file, a line of JSON each, so that an interrupted measurement can be continued.

import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { LastValues, PosteriorCache } from '../../predictors/curves/parametric.ts';
import { appendJsonLine, openLineFile, parseJsonLine, removeCutLine } from '../../runs/line-file.ts';

const lineSchema = z.object({ key: z.string(), means: z.array(z.number()), deviations: z.array(z.number()) });

/** A last line that was cut is removed; any other line that holds no posterior is an error. */
export function openPosteriorCache(path: string): PosteriorCache {
  const known = new Map<string, LastValues>();
  const lines = openLineFile(path);
  for (const [i, line] of (lines ?? []).entries()) {
    const { key, ...values } = parseJsonLine(lineSchema, line, `${path}:${i + 1}`, 'is not a posterior');
    known.set(key, values);
  }
  if (lines !== undefined) removeCutLine(path);
  return {
    get: (key) => known.get(nameOf(key)),
    set(key, values) {
      const name = nameOf(key);
      known.set(name, values);
      appendJsonLine(path, { key: name, ...values });
    },
  };
}

function nameOf(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}

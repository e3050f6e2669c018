// Zero-cost scores kept in a file: a line of JSON with the settings, then a line an architecture. A measurement that was
// stopped goes on where it was.

import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import * as z from 'zod';
import { MixopError } from '../../base/errors.ts';
import type { ScoredArchitecture } from '../../zero-cost/sample.ts';

const settingsSchema = z.strictObject({
  space: z.string(),
  channels: z.int(),
  cells: z.int(),
  images: z.int(),
  seed: z.int(),
  scores: z.array(z.string()).min(1),
  dataFingerprint: z.string(),
});

/** Null stands for -Infinity, which JSON has no word for. */
const lineSchema = z.strictObject({
  architecture: z.string().regex(/^\d+$/),
  scores: z.record(z.string(), z.number().nullable()),
  parameters: z.number(),
  multiplyAdds: z.number(),
});

export type ScoreSettings = z.infer<typeof settingsSchema>;

export interface ScoreFile {
  readonly settings: ScoreSettings;
  readonly scored: readonly ScoredArchitecture[];
}

/** Throws a `MixopError` with the line for a file that is none of scores. A last line that was cut is left out. */
export function readScores(path: string): ScoreFile {
  if (!statSync(path, { throwIfNoEntry: false })?.isFile())
    throw new MixopError('data', path, 'no such file', 'check the path');
  const [head = '', ...lines] = wholeLines(path);
  const settings = parsed(settingsSchema, head, `${path}:1`);
  const scored = lines.map((line, i) => {
    const place = `${path}:${i + 2}`;
    const { architecture, scores, ...rest } = parsed(lineSchema, line, place);
    const found = Object.fromEntries(settings.scores.map((name) => [name, scores[name] ?? -Infinity]));
    return { digits: architecture, scores: found, ...rest };
  });
  return { settings, scored };
}

/** What the file holds already; one that is not there is begun. Throws a `MixopError` for other settings. */
export function openScores(path: string, settings: ScoreSettings): readonly ScoredArchitecture[] {
  const head = JSON.stringify(settings);
  if (!existsSync(path)) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, `${head}\n`);
    return [];
  }
  const found = readScores(path);
  for (const [name, value] of Object.entries(settings)) {
    const before = JSON.stringify(found.settings[name as keyof ScoreSettings]);
    if (before === JSON.stringify(value)) continue;
    const problem = `holds scores with ${name} ${before}, not ${JSON.stringify(value)}`;
    throw new MixopError('run', path, problem, 'give the same settings, or another --out');
  }
  const whole = wholeLines(path)
    .map((line) => `${line}\n`)
    .join('');
  truncateSync(path, Buffer.byteLength(whole));
  return found.scored;
}

export function appendScore(path: string, { digits, scores, ...rest }: ScoredArchitecture): void {
  // JSON.stringify writes -Infinity as null.
  appendFileSync(path, `${JSON.stringify({ architecture: digits, scores, ...rest })}\n`);
}

function wholeLines(path: string): readonly string[] {
  return readFileSync(path, 'utf8').split('\n').slice(0, -1);
}

function parsed<T>(schema: z.ZodType<T>, line: string, place: string): T {
  try {
    return schema.parse(JSON.parse(line));
  } catch (cause) {
    const problem = 'is no line of zero-cost scores';
    throw new MixopError('data', place, problem, 'name another file, or delete this one', { cause });
  }
}

// Zero-cost scores kept in a file: a line of JSON with the settings, then a line for each architecture, so that an
// interrupted measurement can be continued.

import * as z from 'zod';
import { MixopError } from '../base/errors.ts';
import {
  appendJsonLine,
  openLineFile,
  parseJsonLine,
  readLineFile,
  removeCutLine,
} from '../runs/line-file.ts';
import type { ScoredArchitecture } from './sample.ts';

const settingsSchema = z.strictObject({
  space: z.string(),
  channels: z.int(),
  cells: z.int(),
  images: z.int(),
  seed: z.int(),
  scores: z.array(z.string()).min(1),
  dataFingerprint: z.string(),
});

/** A score of null is -Infinity, which JSON cannot express. */
const lineSchema = z.strictObject({
  architecture: z.string().regex(/^\d+$/),
  scores: z.record(z.string(), z.number().nullable()),
  parameters: z.number(),
  multiplyAdds: z.number(),
});

type ScoreSettings = z.infer<typeof settingsSchema>;

interface ScoreFile {
  readonly settings: ScoreSettings;
  readonly scored: readonly ScoredArchitecture[];
}

/** Throws a `MixopError` with the line where a file holds no scores. A last line that was cut is left out. */
export function readScores(path: string): ScoreFile {
  return parseScores(readLineFile(path), path);
}

/** The architectures that the file holds; a new one starts with the settings. Throws a `MixopError` for other settings. */
export function openScores(path: string, settings: ScoreSettings): readonly ScoredArchitecture[] {
  const lines = openLineFile(path);
  if (lines === undefined) {
    appendJsonLine(path, settings);
    return [];
  }
  const found = parseScores(lines, path);
  for (const [name, value] of Object.entries(settings)) {
    const before = JSON.stringify(found.settings[name as keyof ScoreSettings]);
    if (before === JSON.stringify(value)) continue;
    const problem = `holds scores with ${name} ${before}, not ${JSON.stringify(value)}`;
    throw new MixopError('run', path, problem, 'give the same settings, or another --out');
  }
  removeCutLine(path);
  return found.scored;
}

export function appendScore(path: string, { digits, scores, ...rest }: ScoredArchitecture): void {
  appendJsonLine(path, { architecture: digits, scores, ...rest });
}

function parseScores([head = '', ...lines]: readonly string[], path: string): ScoreFile {
  const problem = 'is not a line of zero-cost scores';
  const settings = parseJsonLine(settingsSchema, head, `${path}:1`, problem);
  const scored = lines.map((line, i) => {
    const { architecture, scores, ...rest } = parseJsonLine(lineSchema, line, `${path}:${i + 2}`, problem);
    const found = Object.fromEntries(settings.scores.map((name) => [name, scores[name] ?? -Infinity]));
    return { digits: architecture, scores: found, ...rest };
  });
  return { settings, scored };
}

// A text file to which a program appends line by line as results come. A last line that a kill cut short does not count.
// It belongs to no run.

import { appendFileSync, existsSync, mkdirSync, readFileSync, statSync, truncateSync } from 'node:fs';
import { dirname } from 'node:path';
import type * as z from 'zod';
import { MixopError } from '../base/errors.ts';
import { unreadable, unwritable } from './files.ts';

/** The whole lines of a file that must be there. */
export function readLineFile(path: string): readonly string[] {
  if (!statSync(path, { throwIfNoEntry: false })?.isFile())
    throw new MixopError('data', path, 'no such file', 'check the path');
  try {
    return wholeLines(readFileSync(path, 'utf8'));
  } catch (error) {
    throw unreadable(path, error);
  }
}

/** The whole lines of a file that is to be appended to; undefined where there is none yet, and its folder is made. */
export function openLineFile(path: string): readonly string[] | undefined {
  try {
    if (existsSync(path)) return wholeLines(readFileSync(path, 'utf8'));
    mkdirSync(dirname(path), { recursive: true });
    return undefined;
  } catch (error) {
    throw unreadable(path, error);
  }
}

/** Removes a last line that was cut; for a caller that has checked the lines before it, so that no other file is harmed. */
export function removeCutLine(path: string): void {
  try {
    const text = readFileSync(path, 'utf8');
    const whole = text.slice(0, text.lastIndexOf('\n') + 1);
    if (whole.length === text.length) return;
    if (!text.startsWith('{', whole.length))
      throw new MixopError('data', path, 'ends with a line that is not JSON', 'name another file');
    truncateSync(path, Buffer.byteLength(whole));
  } catch (error) {
    throw unwritable(path, error);
  }
}

/** Appends a value as a line of JSON; -Infinity and NaN become null. */
export function appendJsonLine(path: string, value: unknown): void {
  try {
    appendFileSync(path, `${JSON.stringify(value)}\n`);
  } catch (error) {
    throw unwritable(path, error);
  }
}

/** A line of JSON, checked. place: file and line; problem: as "is not a posterior". */
export function parseJsonLine<T>(schema: z.ZodType<T>, line: string, place: string, problem: string): T {
  try {
    return schema.parse(JSON.parse(line));
  } catch (cause) {
    throw new MixopError('data', place, problem, 'name another file, or delete this one', { cause });
  }
}

function wholeLines(text: string): readonly string[] {
  return text.split('\n').slice(0, -1);
}

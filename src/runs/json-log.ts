// An append-only file of JSON lines, each with the epoch and step it belongs to, so that a resumed run can
// drop what came after its checkpoint.

import { appendFile, copyFile, open } from 'node:fs/promises';
import { basename } from 'node:path';
import { codeOf, readText, setAside, unwritable, writeAtomic } from './files.ts';
import { canonicalJson, isJsonObject } from './json.ts';
import type { JsonObject } from './json.ts';

export type LogLine = JsonObject & { readonly epoch: number; readonly step: number };

/** Something that was refused or repaired; not an error. */
export interface Warning {
  readonly file: string;
  readonly reason: string;
}

interface Entry {
  /** From 1. */
  readonly number: number;
  readonly text: string;
  /** Undefined if the text is no log line. */
  readonly line: LogLine | undefined;
}

export async function appendLines(path: string, lines: readonly LogLine[]): Promise<void> {
  try {
    await appendFile(path, lines.map((line) => canonicalJson(line) + '\n').join(''));
  } catch (error) {
    throw unwritable(path, error);
  }
}

/** The lines of a log; those that are none (the last one may just be being written) are left out. */
export async function readLines(path: string): Promise<LogLine[]> {
  const { entries } = await read(path);
  return entries.flatMap(({ line }) => line ?? []);
}

/**
 * Keeps the lines up to and including `step` (undefined: none), for a run that continues there.
 * A last line that was cut is dropped; if any other line is no log line, the file is kept beside as
 * `.refused`. Both are told in the warnings.
 */
export async function truncateAfter(path: string, step: number | undefined): Promise<Warning[]> {
  const { text, entries } = await read(path);
  const kept = entries.filter(({ line }) => line && step !== undefined && line.step <= step);
  const next = kept.map(({ text }) => text + '\n').join('');
  const file = basename(path);
  const warnings: Warning[] = [];
  let damaged = false;
  for (const { number, line } of entries) {
    if (line) continue;
    const cut = number === entries.length && !text.endsWith('\n');
    const reason = cut ? `line ${number} was cut in the middle` : `line ${number} is not a line of this log`;
    warnings.push({ file, reason: `${reason}: dropped` });
    damaged ||= !cut;
  }
  if (damaged) await setAside(path, copyFile);
  if (next !== text) await writeAtomic(path, next);
  return warnings;
}

/** Makes what was appended durable. */
export async function syncLog(path: string): Promise<void> {
  try {
    const file = await open(path, 'r+');
    try {
      await file.sync();
    } finally {
      await file.close();
    }
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw unwritable(path, error);
  }
}

async function read(path: string): Promise<{ text: string; entries: Entry[] }> {
  const text = (await readText(path)) ?? '';
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return { text, entries: lines.map((line, i) => ({ number: i + 1, text: line, line: parseLine(line) })) };
}

function parseLine(text: string): LogLine | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (!isJsonObject(value)) return undefined;
    return Number.isFinite(value.epoch) && Number.isFinite(value.step) ? (value as LogLine) : undefined;
  } catch {
    return undefined;
  }
}

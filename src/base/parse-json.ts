// JSON whose errors name line and column.

import { LineCounter, parseDocument } from 'yaml';
import { MixopError } from './errors.ts';

/** The value of a JSON text; `place` is the file that it came from. Throws a `MixopError` at `place:line:column`. */
export function parseJson(text: string, place: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const { message } = cause as Error;
    const lines = new LineCounter();
    // JSON.parse does not always say where; YAML's JSON schema refuses nearly the same, and does.
    const [bad] = parseDocument(text, { schema: 'json', prettyErrors: false, lineCounter: lines }).errors;
    const offset = bad?.pos[0] ?? /position (\d+)/.exec(message)?.[1];
    const problem = `is not JSON: ${bad?.message ?? message}`.replaceAll(/\s+/g, ' ');
    const at = offset === undefined ? place : `${place}:${placeAt(lines, Number(offset))}`;
    throw new MixopError('data', at, problem, 'mend the file or write it again', { cause });
  }
}

function placeAt(lines: LineCounter, offset: number): string {
  const { line, col } = lines.linePos(offset);
  return `${line}:${col}`;
}

// JSON whose errors name line and column.

import { LineCounter, parseDocument } from 'yaml';
import { MixopError } from './errors.ts';

/** The value of a JSON text; `place` is the file that it came from. Throws a `MixopError` at `place:line:column`. */
export function parseJson(text: string, place: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const lines = new LineCounter();
    // JSON.parse does not always say where; YAML's JSON schema refuses the same, and does.
    const [bad] = parseDocument(text, { schema: 'json', prettyErrors: false, lineCounter: lines }).errors;
    const position = bad && lines.linePos(bad.pos[0]);
    const problem = `is not JSON: ${bad?.message ?? (cause as Error).message}`.replaceAll(/\s+/g, ' ');
    const at = position === undefined ? place : `${place}:${position.line}:${position.col}`;
    throw new MixopError('data', at, problem, 'mend the file or write it again', { cause });
  }
}

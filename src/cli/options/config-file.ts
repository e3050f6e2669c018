// A configuration file: YAML (JSON is a part of it), with the line and column of each key.

import { readFile } from 'node:fs/promises';
import { type Document, isMap, isScalar, LineCounter, parseDocument } from 'yaml';
import { MixopError } from '../../base/errors.ts';
import type { ConfigLayer } from './config-layers.ts';

/** Reads a file. Throws a `MixopError` at `file:line:column` for what is not YAML. */
export async function readConfigFile(file: string): Promise<ConfigLayer> {
  const text = await readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    const problem = cause.code === 'ENOENT' ? 'no such file' : `cannot be read (${cause.code})`;
    throw new MixopError('config', file, problem, 'give a YAML or JSON file with --config', { cause });
  });
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const at = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${file}:${line}:${col}`;
  };
  const [bad] = [...document.errors, ...document.warnings];
  if (bad !== undefined) {
    throw new MixopError('config', at(bad.pos[0]), `is not YAML: ${bad.message}`, 'mend this line', {
      cause: bad,
    });
  }
  if (document.contents !== null && !isMap(document.contents)) {
    const offset = document.contents.range[0];
    throw new MixopError('config', at(offset), 'holds no keys with values', 'write one `key: value` a line');
  }
  return {
    values: valuesOf(document, file),
    placeOf: (path, part) => `${at(offsetOf(document, path, part))}: ${path.join('.')}`,
  };
}

function valuesOf(document: Document, file: string): Readonly<Record<string, unknown>> {
  try {
    return (document.toJS() ?? {}) as Readonly<Record<string, unknown>>;
  } catch (cause) {
    // An alias that points nowhere, or too many of them.
    const problem = cause instanceof Error ? cause.message : String(cause);
    throw new MixopError('config', file, problem, 'write the values out', { cause });
  }
}

/** Where the key, or the value behind it, starts in the text. */
function offsetOf(document: Document, path: readonly string[], part: 'key' | 'value'): number {
  if (part === 'value') {
    const node = document.getIn(path, true) as { range?: readonly number[] | null } | undefined;
    return node?.range?.[0] ?? 0;
  }
  const parent = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
  const pairs = isMap(parent) ? parent.items : [];
  const key = pairs.map((pair) => pair.key).find((key) => isScalar(key) && String(key.value) === path.at(-1));
  return (isScalar(key) ? key.range?.[0] : undefined) ?? 0;
}

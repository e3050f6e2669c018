// JSON as the files of a run hold it: keys sorted, so that equal values give equal bytes.

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

/**
 * JSON text with sorted keys; one line, or lines indented by `indent` spaces. Minus zero keeps its sign.
 * Keys whose value is undefined are left out, as JSON.stringify does.
 * Throws a TypeError that names the key for what JSON cannot hold (NaN and infinities, which
 * JSON.stringify would silently turn into null).
 */
export function canonicalJson(value: Json, indent = 0): string {
  return write(value, '', indent, 0);
}

function write(value: Json, path: string, indent: number, depth: number): string {
  if (Array.isArray(value)) {
    const items = (value as readonly Json[]).map((item, i) => write(item, join(path, i), indent, depth + 1));
    return wrap('[', items, ']', indent, depth);
  }
  if (isJsonObject(value)) {
    const colon = indent === 0 ? ':' : ': ';
    const items = Object.keys(value)
      .sort()
      .filter((key) => value[key] !== undefined)
      .map((key) => JSON.stringify(key) + colon + write(value[key]!, join(path, key), indent, depth + 1));
    return wrap('{', items, '}', indent, depth);
  }
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new TypeError(`${path || 'the value'} is ${value}: not JSON`);
    return Object.is(value, -0) ? '-0' : String(value);
  }
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return JSON.stringify(value);
  throw new TypeError(`${path || 'the value'} is a ${typeof value}: not JSON`);
}

function wrap(open: string, items: readonly string[], close: string, indent: number, depth: number): string {
  if (items.length === 0) return open + close;
  if (indent === 0) return open + items.join(',') + close;
  const inner = '\n' + ' '.repeat(indent * (depth + 1));
  return open + inner + items.join(',' + inner) + '\n' + ' '.repeat(indent * depth) + close;
}

/** A dotted path. */
export function join(path: string, key: string | number): string {
  return path === '' ? String(key) : `${path}.${key}`;
}

/** Whether the value is a JSON object: not null and no array. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

// A configuration from several places, the later above the earlier: file, flags, each --set. Each key remembers
// where it came from, so that an error can say so.

import { parseDocument } from 'yaml';
import { MixopError } from '../base/errors.ts';
import type { SearchConfigInput } from '../search/config.ts';
import type { PlaceOf } from '../search/config-error.ts';
import { overlay } from '../search/resolve.ts';

export interface ConfigLayer {
  readonly values: Readonly<Record<string, unknown>>;
  readonly placeOf: PlaceOf;
}

/** Flags whose name is the key that they set. */
export const configFlags = [
  'space',
  'data',
  'order',
  'epochs',
  'batch',
  'channels',
  'cells',
  'seed',
] as const satisfies readonly (keyof SearchConfigInput)[];

/** A layer of the flags that were given, as commander has read them: text. */
export function flagLayer(flags: Readonly<Record<string, unknown>>): ConfigLayer {
  const given = configFlags.filter((name) => flags[name] !== undefined);
  const values = given.map((name) => {
    const text = String(flags[name]);
    const isText = name === 'space' || name === 'data';
    return [
      name,
      isText || text.trim() === '' || !Number.isFinite(Number(text)) ? text : Number(text),
    ] as const;
  });
  return { values: Object.fromEntries(values), placeOf: (path) => `--${path.join('.')}` };
}

/** `a.b=c`, c as YAML reads it: 3, true, text, [0.5, 0.999]. */
export function setLayer(text: string): ConfigLayer {
  const [, key, value] = /^([^=]*)=(.*)$/s.exec(text) ?? [];
  const path = key?.trim().split('.') ?? [];
  if (value === undefined || path.some((name) => !/^[A-Za-z]\w*$/.test(name))) {
    const remedy = 'write --set key=value, as in --set weights.rate=0.05';
    throw new MixopError('usage', `--set ${text}`, 'is not key=value', remedy);
  }
  const document = parseDocument(value, { prettyErrors: false });
  const [bad] = document.errors;
  if (bad !== undefined)
    throw new MixopError('usage', `--set ${text}`, bad.message, 'put the value in quotes');
  const values = path.reduceRight<unknown>((inner, name) => ({ [name]: inner }), document.toJS());
  return {
    values: values as Readonly<Record<string, unknown>>,
    placeOf: (path) => `--set ${path.join('.')}`,
  };
}

/** All layers in one configuration. */
export function merge(layers: readonly ConfigLayer[]): SearchConfigInput {
  return layers.reduce<Record<string, unknown>>((below, { values }) => overlay(below, values), {});
}

/** Where a key was given: in the highest layer that knows most of its path. */
export function placeIn(layers: readonly ConfigLayer[]): PlaceOf {
  return (path, part) => {
    const depths = layers.map(({ values }) => depthOf(values, path));
    const depth = Math.max(0, ...depths);
    if (depth === 0) return `configuration: ${path.join('.')}`;
    const layer = layers[depths.lastIndexOf(depth)]!;
    return layer.placeOf(path.slice(0, depth), depth === path.length ? part : 'value');
  };
}

/** How many keys of the path the values have. */
function depthOf(values: unknown, path: readonly string[]): number {
  const [key, ...rest] = path;
  if (key === undefined || typeof values !== 'object' || values === null || !Object.hasOwn(values, key))
    return 0;
  return 1 + depthOf((values as Record<string, unknown>)[key], rest);
}

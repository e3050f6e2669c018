// A configuration from several places, the later above the earlier: file, flags, each --set. Each key remembers
// where it came from, so that an error can say so.

import { parseDocument } from 'yaml';
import { MixopError } from '../../base/errors.ts';
import type { PlaceOf } from '../../engine/config-error.ts';
import { overlay } from '../../search/resolve.ts';

export interface ConfigLayer {
  readonly values: Readonly<Record<string, unknown>>;
  readonly placeOf: PlaceOf;
}

/** A flag that sets one key. */
export interface ConfigFlag {
  /** As commander names it: `dropPath` for `--drop-path`. */
  readonly name: string;
  /** Where its value stands, if not under its name. */
  readonly path?: readonly string[];
  /** A value that looks like a number is text all the same. */
  readonly isText?: boolean;
}

/** A layer of the flags that were given, as commander has read them: text, or true. */
export function flagLayer(
  flags: Readonly<Record<string, unknown>>,
  known: readonly ConfigFlag[],
): ConfigLayer {
  const given = known.filter(({ name }) => flags[name] !== undefined);
  const values = given.map(({ name, path = [name], isText = false }) =>
    nested(path, isText ? flags[name] : valueOf(flags[name])),
  );
  return {
    values: values.reduce((below, above) => overlay(below, above), {}),
    placeOf: (path) => {
      const flag = given.find(({ name, path: own = [name] }) => own.join('.') === path.join('.'));
      return `--${(flag?.name ?? path.join('.')).replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    },
  };
}

function valueOf(flag: unknown): unknown {
  if (typeof flag !== 'string' || flag.trim() === '' || !Number.isFinite(Number(flag))) return flag;
  return Number(flag);
}

function nested(path: readonly string[], value: unknown): Record<string, unknown> {
  return path.reduceRight<unknown>((inner, key) => ({ [key]: inner }), value) as Record<string, unknown>;
}

/** `a.b=c`, c as YAML reads it: 3, true, text, [0.5, 0.999]; `option` is what gave it. */
export function setLayer(text: string, option = '--set'): ConfigLayer {
  const [, key, value] = /^([^=]*)=(.*)$/s.exec(text) ?? [];
  const path = key?.trim().split('.') ?? [];
  if (value === undefined || path.some((name) => !/^[A-Za-z][\w-]*$/.test(name))) {
    const remedy = `write ${option} key=value, as in ${option} weights.rate=0.05`;
    throw new MixopError('usage', `${option} ${text}`, 'is not key=value', remedy);
  }
  const document = parseDocument(value, { prettyErrors: false });
  const [bad] = document.errors;
  if (bad !== undefined)
    throw new MixopError('usage', `${option} ${text}`, bad.message, 'put the value in quotes');
  return {
    values: nested(path, document.toJS()),
    placeOf: (path) => `${option} ${path.join('.')}`,
  };
}

/** All layers in one configuration. */
export function merge(layers: readonly Pick<ConfigLayer, 'values'>[]): Readonly<Record<string, unknown>> {
  return layers.reduce((below, { values }) => overlay(below, values), {});
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

/** An error about a key as a whole (`batch`, `data`) names the flag or the file's line that gave it. */
export function placed(error: unknown, layers: readonly ConfigLayer[]): unknown {
  const isKey = error instanceof MixopError && error.kind === 'config';
  if (!isKey || !Object.hasOwn(merge(layers), error.place)) return error;
  const place = placeIn(layers)([error.place], 'value');
  return new MixopError('config', place, error.problem, error.remedy, { cause: error });
}

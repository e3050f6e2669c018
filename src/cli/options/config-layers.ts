// A configuration from several places, later ones over earlier ones: file, flags, each --set. Each key remembers
// where it was given, so that an error can say so.

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
  /** The key that it sets, if not that of its name. */
  readonly path?: readonly string[];
  /** Its value is text even if it looks like a number. */
  readonly isText?: boolean;
}

/** A layer of the given flags, as commander read them: text, or true. */
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

/** `a.b=c`, with c read as YAML: 3, true, text, [0.5, 0.999]; `option` is the flag that it was given by. */
export function setLayer(text: string, option = '--set'): ConfigLayer {
  const [, key, value] = /^([^=]*)=(.*)$/s.exec(text) ?? [];
  const path = key?.trim().split('.') ?? [];
  if (value === undefined || path.some((name) => !/^[A-Za-z][\w-]*$/.test(name))) {
    const remedy = `write ${option} key=value, for example ${option} weights.rate=0.05`;
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

/** Where a key was given: in the last layer that has the longest part of its path. */
export function placeIn(layers: readonly ConfigLayer[]): PlaceOf {
  return (path, part) => {
    const depths = layers.map(({ values }) => depthOf(values, path));
    const depth = Math.max(0, ...depths);
    if (depth === 0) return `configuration: ${path.join('.')}`;
    const layer = layers[depths.lastIndexOf(depth)]!;
    return layer.placeOf(path.slice(0, depth), depth === path.length ? part : 'value');
  };
}

/** How many keys of the path are in the values. */
function depthOf(values: unknown, path: readonly string[]): number {
  const [key, ...rest] = path;
  if (key === undefined || typeof values !== 'object' || values === null || !Object.hasOwn(values, key))
    return 0;
  return 1 + depthOf((values as Record<string, unknown>)[key], rest);
}

/** Makes an error about a key (`batch`, `search.data`) name the flag or the line of the file that set it. */
export function placed(error: unknown, layers: readonly ConfigLayer[]): unknown {
  if (!(error instanceof MixopError) || error.kind !== 'config') return error;
  const path = error.place.split('.');
  if (depthOf(merge(layers), path) < path.length) return error;
  const place = placeIn(layers)(path, 'value');
  return new MixopError('config', place, error.problem, error.remedy, { cause: error });
}

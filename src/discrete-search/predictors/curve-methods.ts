// The extrapolators of learning curves that can be named.

import { MixopError } from '../../base/errors.ts';
import { nearNames } from '../../base/near-names.ts';
import { curveNetwork } from '../../predictors/curves/curve-network.ts';
import { curveSvr } from '../../predictors/curves/curve-svr.ts';
import { type FamilyName, familyNames } from '../../predictors/curves/families.ts';
import type { CurveExtrapolator } from '../../predictors/curves/forecast.ts';
import { parametric, type PosteriorCache } from '../../predictors/curves/parametric.ts';
import { bestSoFar, lastValue } from '../../predictors/curves/simple-rules.ts';
import { openPosteriorCache } from './posterior-cache.ts';

interface CurveMethodOptions {
  /** Settings that svr tries. */
  readonly trials: number;
  /** Steps of each walker of mcmc. */
  readonly steps: number;
  /** Families of curves that mcmc fits: `all`, or their names; by default those that the authors combine. */
  readonly families?: readonly string[];
  /** A file that keeps the posteriors of mcmc. */
  readonly cache?: string;
  /** After every posterior that was sampled. */
  readonly onSampled?: (posteriors: number) => void;
}

type Method = (options: CurveMethodOptions, cache: PosteriorCache) => CurveExtrapolator;

const methods: Readonly<Record<string, Method>> = {
  last: () => lastValue,
  best: () => bestSoFar,
  svr: ({ trials }) => curveSvr(trials),
  mcmc: ({ steps, families }, cache) => {
    const chosen = families === undefined ? {} : { families: familiesNamed(families) };
    return parametric({ steps, burnIn: Math.floor(steps / 5), ...chosen }, cache);
  },
  network: () => curveNetwork(),
};

export const curveMethodNames: readonly string[] = Object.keys(methods);

/** Throws a `MixopError` with the near name for an unknown one. */
export function curveMethods(
  names: readonly string[],
  options: CurveMethodOptions,
): readonly CurveExtrapolator[] {
  const cache = reportingCache(options);
  return names.map((name) => {
    const method = Object.hasOwn(methods, name) ? methods[name] : undefined;
    if (method !== undefined) return method(options, cache);
    throw unknownName('--methods', `"${name}" is not a method`, name, curveMethodNames);
  });
}

function reportingCache({ cache: path, onSampled }: CurveMethodOptions): PosteriorCache {
  const kept: PosteriorCache = path === undefined ? new Map() : openPosteriorCache(path);
  let sampled = 0;
  return {
    get: (key) => kept.get(key),
    set(key, values) {
      kept.set(key, values);
      onSampled?.(++sampled);
    },
  };
}

function familiesNamed(names: readonly string[]): readonly FamilyName[] {
  if (names.length === 1 && names[0] === 'all') return familyNames;
  return names.map((name) => {
    const family = familyNames.find((known) => known === name);
    if (family !== undefined) return family;
    throw unknownName('--families', `"${name}" is not a family`, name, [...familyNames, 'all']);
  });
}

function unknownName(option: string, problem: string, name: string, known: readonly string[]): MixopError {
  const [near] = nearNames(name, known);
  const hint = near === undefined ? '' : `did you mean ${near}? `;
  return new MixopError('usage', option, problem, `${hint}known: ${known.join(', ')}`);
}

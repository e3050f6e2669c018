// The spaces that strategies without gradient can search.

import { MixopError } from '../base/errors.ts';
import type { DecisionSpace } from '../discrete-baselines/architecture.ts';
import type { CellDecisionSpace } from '../discrete-baselines/spaces/cell-space.ts';
import { decisionSpaceOf } from '../engine/decision-space.ts';
import { imageSpaces as supernets } from '../supernet/spaces/named.ts';
import type { BaselineConfig } from './config.ts';
import { familyNamed, familyNames } from './families/named.ts';
import { sizedFamily } from './families/sized.ts';

export const searchSpaceNames = familyNames;

/** A space by name, for images of 32 pixels; throws a `MixopError` with the near names for an unknown one. */
export function decisionSpaceNamed(name: string): DecisionSpace {
  return familyNamed(name, { image: 32, channels: undefined }).search;
}

/** The space of a run's configuration; undefined for a custom one, which this program does not know. */
export function decisionSpaceOfRun({
  space,
  train,
  sizes = {},
}: Readonly<Partial<BaselineConfig>>): DecisionSpace | undefined {
  if (space === undefined || !searchSpaceNames.includes(space)) return undefined;
  const family = familyNamed(space, { image: train?.imageSize ?? 32, channels: train?.channels });
  return sizedFamily(family, sizes, 'sizes').search;
}

/** A supernet's space by name, whose architectures are cells; `place` names what requested it. */
export function cellDecisionSpaceNamed(name: string, place: string): CellDecisionSpace {
  const space = Object.values(supernets).find((one) => one.name === name);
  if (space !== undefined) return decisionSpaceOf(space);
  const known = Object.values(supernets).map((one) => one.name);
  throw new MixopError('config', place, `${name} is not a space of cells`, `known: ${known.join(', ')}`);
}

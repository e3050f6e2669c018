// The spaces that strategies without gradient can search.

import { MixopError } from '../../base/errors.ts';
import { nearNames } from '../../base/near-names.ts';
import type { SearchSpace } from '../../discrete-baselines/architecture.ts';
import { chainSpace, nasbenchMacro } from '../../discrete-baselines/spaces/chain-space.ts';
import { searchSpaceOf } from '../search-space.ts';
import { spaces as supernets } from '../spaces.ts';

const makers: Readonly<Record<string, () => SearchSpace>> = {
  ...Object.fromEntries(Object.values(supernets).map((space) => [space.name, () => searchSpaceOf(space)])),
  [nasbenchMacro.name]: () => chainSpace(nasbenchMacro),
};

export const searchSpaceNames: readonly string[] = Object.keys(makers);

/** A space by name; throws a `MixopError` with the near names for an unknown one. */
export function searchSpaceNamed(name: string): SearchSpace {
  const make = Object.hasOwn(makers, name) ? makers[name] : undefined;
  if (make !== undefined) return make();
  const near = nearNames(name, searchSpaceNames);
  const hint = near.length > 0 ? `did you mean ${near.join(' or ')}? ` : '';
  const remedy = `${hint}known: ${searchSpaceNames.join(', ')}`;
  throw new MixopError('config', 'space', `"${name}" is not a known space`, remedy);
}

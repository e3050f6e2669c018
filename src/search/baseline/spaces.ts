// The spaces that strategies without gradient can search.

import { MixopError } from '../../base/errors.ts';
import { nearNames } from '../../base/near-names.ts';
import type { SearchSpace } from '../../discrete-baselines/architecture.ts';
import { chainSpace, nasbenchMacro } from '../../discrete-baselines/spaces/chain-space.ts';
import type { CellSearchSpace } from '../../discrete-baselines/spaces/cell-space.ts';
import { evolvedChain, evolvedSpace } from '../../discrete-baselines/spaces/evolved-space.ts';
import { layerChainSpace, metaQnnChain } from '../../discrete-baselines/spaces/layer-chain.ts';
import { hierarchical, motifSpace } from '../../discrete-baselines/spaces/motif-space.ts';
import { nasnet } from '../../supernet/spaces/nasnet.ts';
import { searchSpaceOf } from '../search-space.ts';
import { nasnetBlocks } from './families/blocks.ts';
import { spaces as supernets } from '../spaces.ts';

const makers: Readonly<Record<string, () => SearchSpace>> = {
  ...Object.fromEntries(Object.values(supernets).map((space) => [space.name, () => searchSpaceOf(space)])),
  [nasbenchMacro.name]: () => chainSpace(nasbenchMacro),
  [evolvedChain.name]: () => evolvedSpace(),
  [metaQnnChain.name]: () => layerChainSpace(metaQnnChain),
  [hierarchical.name]: () => motifSpace(hierarchical),
  [nasnet.name]: nasnetBlocks,
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

/** A supernet's space by name, whose architectures are cells; `place` is what asked for it. */
export function cellSpaceNamed(name: string, place: string): CellSearchSpace {
  const space = Object.values(supernets).find((one) => one.name === name);
  if (space !== undefined) return searchSpaceOf(space);
  const known = Object.values(supernets).map((one) => one.name);
  throw new MixopError('config', place, `${name} is no space of cells`, `known: ${known.join(', ')}`);
}

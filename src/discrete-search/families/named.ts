// The spaces that strategies without gradient search, by name, with the networks of their architectures.

import { MixopError } from '../../base/errors.ts';
import { nearNames } from '../../base/near-names.ts';
import { nasbenchMacro } from '../../discrete-baselines/spaces/chain-space.ts';
import { evolvedChain } from '../../discrete-baselines/spaces/evolved-space.ts';
import { metaQnnChain } from '../../discrete-baselines/spaces/layer-chain.ts';
import { hierarchical } from '../../discrete-baselines/spaces/motif-space.ts';
import { nasnet } from '../../supernet/spaces/nasnet.ts';
import { pnas } from '../../supernet/spaces/pnas.ts';
import { imageSpaces as supernets } from '../../supernet/spaces/named.ts';
import { nasnetFamily, pnasFamily } from './blocks.ts';
import { cellFamily } from './cells.ts';
import { evolvedFamily } from './evolved-chains.ts';
import type { Family, FamilyOptions } from './family.ts';
import { layerChainFamily } from './layer-chains.ts';
import { macroChainFamily } from './macro-chains.ts';
import { motifFamily } from './motifs.ts';

const families: Readonly<Record<string, (options: FamilyOptions) => Family>> = {
  ...Object.fromEntries(Object.values(supernets).map((space) => [space.name, () => cellFamily(space)])),
  [evolvedChain.name]: evolvedFamily,
  [metaQnnChain.name]: layerChainFamily,
  [hierarchical.name]: motifFamily,
  [nasnet.name]: nasnetFamily,
  [pnas.name]: pnasFamily,
  [nasbenchMacro.name]: macroChainFamily,
};

export const familyNames: readonly string[] = Object.keys(families);

/** A space with its networks by name; throws a `MixopError` with the near names for an unknown one. */
export function familyNamed(name: string, options: FamilyOptions): Family {
  const make = Object.hasOwn(families, name) ? families[name] : undefined;
  if (make !== undefined) return make(options);
  const near = nearNames(name, familyNames);
  const hint = near.length > 0 ? `did you mean ${near.join(' or ')}? ` : '';
  const remedy = `${hint}known: ${familyNames.join(', ')}`;
  throw new MixopError('config', 'space', `"${name}" is not a known space`, remedy);
}

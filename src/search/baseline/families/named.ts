// The spaces whose architectures can be trained, by name.

import { MixopError } from '../../../base/errors.ts';
import { evolvedChain } from '../../../discrete-baselines/spaces/evolved-space.ts';
import { metaQnnChain } from '../../../discrete-baselines/spaces/layer-chain.ts';
import { hierarchical } from '../../../discrete-baselines/spaces/motif-space.ts';
import { nasnet } from '../../../supernet/spaces/nasnet.ts';
import { spaces as supernets } from '../../spaces.ts';
import { searchSpaceNamed } from '../spaces.ts';
import { blockFamily } from './blocks.ts';
import { cellFamily } from './cells.ts';
import { evolvedFamily } from './evolved-chains.ts';
import type { Family, FamilyOptions } from './family.ts';
import { layerChainFamily } from './layer-chains.ts';
import { motifFamily } from './motifs.ts';

const families: Readonly<Record<string, (options: FamilyOptions) => Family>> = {
  ...Object.fromEntries(Object.values(supernets).map((space) => [space.name, () => cellFamily(space)])),
  [evolvedChain.name]: evolvedFamily,
  [metaQnnChain.name]: layerChainFamily,
  [hierarchical.name]: motifFamily,
  [nasnet.name]: blockFamily,
};

/** Throws a `MixopError` for an unknown name, and for a space that only tables know. */
export function familyNamed(name: string, options: FamilyOptions): Family {
  const make = Object.hasOwn(families, name) ? families[name] : undefined;
  if (make !== undefined) return make(options);
  searchSpaceNamed(name);
  const remedy = `give its table (--table), or one of ${Object.keys(families).join(', ')}`;
  throw new MixopError('config', 'space', `${name} has no networks to train`, remedy);
}

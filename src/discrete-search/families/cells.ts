// The derived networks of a space of cells.

import { checkDerived, derivedNetwork } from '../../supernet/derived-network.ts';
import type { ImageSpace } from '../../supernet/space.ts';
import { genotypeOf, decisionSpaceOf } from '../../engine/decision-space.ts';
import type { Family } from './family.ts';

export function cellFamily(space: ImageSpace): Family {
  const search = decisionSpaceOf(space);
  return {
    search,
    sizes: ['cells', 'channels'],
    defaults: space.defaults,
    network(architecture, size, image, classes) {
      const genotype = genotypeOf(space, search, architecture);
      const description = { space, size, classes, genotype, auxiliary: false };
      checkDerived(description, image);
      return derivedNetwork(description);
    },
  };
}

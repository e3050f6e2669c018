// The derived networks of NASNet's cells of blocks.

import { type BlockSpace, blockSpace, unusedStates } from '../../../discrete-baselines/spaces/block-space.ts';
import type { ChosenEdge } from '../../../discrete-baselines/spaces/cell-description.ts';
import { checkDerived, derivedNetwork } from '../../../supernet/derived-network.ts';
import type { Genotype } from '../../../supernet/genotype.ts';
import { genotypeText } from '../../../supernet/genotype-text.ts';
import { nasnet } from '../../../supernet/spaces/nasnet.ts';
import type { Family } from './family.ts';

const operations = nasnet.operations.map(({ name }) => name);
const { inputs, nodes: blocks } = nasnet.cells['normal']!;

export function nasnetBlocks(): BlockSpace {
  const settings = { name: nasnet.name, cells: Object.keys(nasnet.cells), inputs, blocks, operations };
  return blockSpace(settings, (cells) => genotypeText(genotypeOfBlocks(cells), nasnet));
}

export function blockFamily(): Family {
  const search = nasnetBlocks();
  return {
    search,
    sizes: ['cells', 'channels'],
    defaults: nasnet.defaults,
    network(architecture, size, image, classes) {
      const genotype = genotypeOfBlocks(search.edges(architecture));
      const description = { space: nasnet, size, classes, genotype, auxiliary: false };
      checkDerived(description, image);
      return derivedNetwork(description);
    },
  };
}

function genotypeOfBlocks(cells: readonly (readonly ChosenEdge[])[]): Genotype {
  const entries = Object.keys(nasnet.cells).map((kind, cell) => {
    const edges = cells[cell]!;
    const nodes = Array.from({ length: blocks }, (_, block) =>
      edges
        .filter(({ node }) => node === block)
        .map(({ from, operation }) => ({ from, operation: operations[operation]! })),
    );
    return [kind, { nodes, concat: unusedStates({ inputs, blocks }, edges) }] as const;
  });
  return Object.fromEntries(entries);
}

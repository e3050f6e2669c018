// The derived networks of cells of blocks: NASNet's, a normal and a reduction cell, and PNAS's, one cell for both.

import {
  type BlockSpace,
  blockSpace,
  type BlockSpaceSettings,
  outputStates,
} from '../../discrete-baselines/spaces/block-space.ts';
import type { ChosenEdge } from '../../discrete-baselines/spaces/cell-description.ts';
import { checkDerived, derivedNetwork } from '../../supernet/derived-network.ts';
import type { Genotype } from '../../supernet/genotype/genotype.ts';
import { genotypeText } from '../../supernet/genotype/text.ts';
import type { ImageSpace } from '../../supernet/space.ts';
import { nasnet } from '../../supernet/spaces/nasnet.ts';
import { pnas } from '../../supernet/spaces/pnas.ts';
import type { Family } from './family.ts';

interface BlockFamily extends Family {
  readonly search: BlockSpace;
}

export function nasnetFamily(): BlockFamily {
  return blockFamily(spaceOf(nasnet, Object.keys(nasnet.cells), 'unused'), nasnet);
}

export function pnasFamily(): BlockFamily {
  return blockFamily(spaceOf(pnas, ['cell'], 'all'), pnas);
}

function spaceOf(
  space: ImageSpace,
  cells: readonly string[],
  output: BlockSpaceSettings['output'],
): BlockSpace {
  const { inputs, nodes, minNodes } = space.cells['normal']!;
  const settings: BlockSpaceSettings = {
    name: space.name,
    cells,
    inputs,
    blocks: nodes,
    ...(minNodes !== undefined && { fewest: minNodes }),
    operations: space.operations.map(({ name }) => name),
    output,
  };
  return blockSpace(settings, (chosen) => genotypeText(genotypeOfBlocks(settings, space, chosen), space));
}

function blockFamily(search: BlockSpace, space: ImageSpace): BlockFamily {
  return {
    search,
    sizes: ['cells', 'channels'],
    defaults: space.defaults,
    network(architecture, size, image, classes) {
      const genotype = genotypeOfBlocks(search.settings, space, search.edges(architecture));
      const description = { space, size, classes, genotype, auxiliary: false };
      checkDerived(description, image);
      return derivedNetwork(description);
    },
  };
}

/** A single cell serves as every kind. */
function genotypeOfBlocks(
  settings: BlockSpaceSettings,
  space: ImageSpace,
  cells: readonly (readonly ChosenEdge[])[],
): Genotype {
  const { operations } = settings;
  const entries = Object.keys(space.cells).map((kind, index) => {
    const edges = cells[index] ?? cells[0]!;
    const nodes = Array.from({ length: edges.length / 2 }, (_, block) =>
      edges
        .filter(({ node }) => node === block)
        .map(({ from, operation }) => ({ from, operation: operations[operation]! })),
    );
    return [kind, { nodes, concat: outputStates(settings, edges) }] as const;
  });
  return Object.fromEntries(entries);
}

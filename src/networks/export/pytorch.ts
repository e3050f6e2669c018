// A trained network as a Python module for PyTorch: a template with the network as data.

import { MixopError } from '../../base/errors.ts';
import { embeddedData } from '../../data/package-root.ts';
import { readText } from '../../runs/files.ts';
import { derivedLayersAt } from '../../supernet/layers.ts';
import { expandSkeleton } from '../../supernet/skeleton.ts';
import { genotypeWiring } from '../../supernet/wiring.ts';
import { describeNetwork, type NetworkCard } from '../card.ts';

/** The module's text; the module loads its safetensors file. `source` names the card in errors. */
export async function pytorchModule(card: NetworkCard, source: string): Promise<string> {
  const path = embeddedData('pytorch', 'network.py');
  const template = await readText(path);
  if (template === undefined)
    throw new MixopError('data', path, 'no such file', 'install mixop as a whole package');
  // Inside a raw Python string: JSON never has three quotes in a row, and backslashes are kept.
  return template.replace('@NETWORK@', () => JSON.stringify(networkData(card, source), null, 1));
}

/** Blocks and cells with the layers of every edge. */
function networkData(card: NetworkCard, source: string): object {
  const { space, size, genotype } = describeNetwork(card, source);
  const { blocks, stemChannels, normBeforeHead } = expandSkeleton(space.skeleton, size);
  const cells = Object.keys(space.cells).map((kind) => {
    const { edges, ...rest } = genotypeWiring(space, kind, genotype[kind]!, true);
    const wired = edges.flatMap(({ from, node, stride, operations }) =>
      operations.flatMap(({ column, name }) => {
        const layers = derivedLayersAt(space.operations[column]!, stride);
        return layers === 'zero' ? [] : [{ from, node, stride, name, layers }];
      }),
    );
    return [kind, { ...rest, edges: wired }] as const;
  });
  const { image, classes, classNames, normalisation } = card;
  return {
    genotype: card.genotype,
    image,
    classes,
    ...(classNames && { classNames }),
    normalisation,
    halving: space.skeleton.kind === 'darts' && space.skeleton.stem === 'halving',
    stemChannels,
    normBeforeHead,
    blocks,
    cells: Object.fromEntries(cells),
  };
}

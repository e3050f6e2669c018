// The networks of MetaQNN's chains (Baker et al. 2017, section 4). Convolutions are followed by batch norm, which the
// authors' code has as an option, and ReLU; there is no dropout.

import { MixopError } from '../../base/errors.ts';
import {
  type ChainLayer,
  chainLayers,
  layerChainSpace,
  metaQnnChain,
} from '../../discrete-baselines/spaces/layer-chain.ts';
import { layerNetwork, type LayerVertex } from '../../supernet/layer-graph.ts';
import type { Family, FamilyOptions } from './family.ts';

/** `channels`: of the narrowest convolution, a multiple of 4; 64 in the paper. */
export function layerChainFamily({ image, channels = metaQnnChain.channels }: FamilyOptions): Family {
  return {
    search: layerChainSpace({ ...metaQnnChain, image, channels }),
    sizes: [],
    defaults: { channels, cells: 1 },
    network(architecture, size, { height, width }, classes) {
      if (height !== image || width !== image) {
        const problem = `images of ${height}x${width} do not suit chains for ${image}x${image}`;
        throw new MixopError('config', 'image size', problem, 'set the strategy to another resource');
      }
      if (size.channels % 4 !== 0) {
        const problem = `${size.channels} is not a multiple of 4`;
        throw new MixopError('config', 'channels', problem, 'fully connected layers need one');
      }
      const layers = chainLayers({ ...metaQnnChain, channels: size.channels });
      const vertices: LayerVertex[] = [];
      let flat = false;
      for (const [i, option] of architecture.entries()) {
        const layer = layers[option]!;
        if (!flat && (layer.kind === 'dense' || layer.kind === 'all'))
          flat = vertices.push({ kind: 'flatten', from: vertices.length }) > 0;
        vertices.push(...verticesOf(layer, `layers.${i}`, vertices.length));
      }
      return layerNetwork({ vertices, classifier: 'classifier' }, classes);
    },
  };
}

function verticesOf(layer: ChainLayer, name: string, from: number): readonly LayerVertex[] {
  switch (layer.kind) {
    case 'convolution': {
      const { kernel, channels } = layer;
      const layers = [
        { kind: 'convolution', kernel, stride: 1 },
        { kind: 'norm' },
        { kind: 'relu' },
      ] as const;
      return [{ kind: 'layers', name, from, layers, channels }];
    }
    case 'maxPool':
      return [{ ...layer, from }];
    case 'dense':
      return [{ ...layer, name, from }];
    // Part of the classifier, which averages over an image.
    case 'averages':
    case 'all':
      return [];
  }
}

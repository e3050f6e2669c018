// The networks of Large-Scale Evolution's chains (Real et al. 2017, section 3.2): convolutions without bias, skips added
// before batch norm and ReLU, global average pool and a linear classifier.

import { MixopError } from '../../base/errors.ts';
import {
  decodeChain,
  type EvolvedChain,
  learningRate,
} from '../../discrete-baselines/spaces/evolved-chain.ts';
import { evolvedChain, evolvedSpace } from '../../discrete-baselines/spaces/evolved-space.ts';
import { type LayerGraph, layerNetwork, type LayerVertex } from '../../supernet/layer-graph.ts';
import type { Family, FamilyOptions } from './family.ts';

/** `channels`: of the first convolution, before it evolves. */
export function evolvedFamily({ channels = evolvedChain.firstChannels }: FamilyOptions): Family {
  const maxChannels = (evolvedChain.channels / evolvedChain.firstChannels) * channels;
  return {
    search: evolvedSpace({ ...evolvedChain, firstChannels: channels, channels: maxChannels }),
    sizes: [],
    defaults: { channels, cells: 1 },
    network(architecture, size, _, classes) {
      if (size.channels === channels) return layerNetwork(chainGraph(decodeChain(architecture)), classes);
      const remedy = 'set the strategy to another resource';
      throw new MixopError('config', 'channels', 'are part of an evolved chain', remedy);
    },
    rate: (architecture) => learningRate(decodeChain(architecture)),
  };
}

export function chainGraph({ layers, classifier }: EvolvedChain): LayerGraph {
  const vertices: LayerVertex[] = [];
  /** For each vertex of the chain, its vertex in the graph. */
  const states = [0];
  for (const { id, convolution, active, skip } of layers) {
    const name = `layers.${id}`;
    let last = states.at(-1)!;
    if (convolution !== undefined) {
      const { height, width, stride, channels } = convolution;
      const kernel = [height, width] as const;
      const filters = [{ kind: 'convolution', kernel, stride } as const];
      last = vertices.push({ kind: 'layers', name, from: last, layers: filters, channels });
    }
    if (skip !== undefined) last = vertices.push({ kind: 'sum', from: [last, states[skip]!] });
    if (active) {
      const ends = [{ kind: 'norm' }, { kind: 'relu' }] as const;
      last = vertices.push({ kind: 'layers', name: `${name}.end`, from: last, layers: ends });
    }
    states.push(last);
  }
  // The last layer may be a one-to-one layer, whose vertex is an earlier one; the graph's last is the same then.
  return { vertices, classifier: `classifier.${classifier}` };
}

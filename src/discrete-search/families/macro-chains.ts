// The networks of NAS-Bench-Macro's chains (Su et al. 2021, section 5): a 3x3 convolution, three stages of MobileNet v2
// blocks whose first layers halve the image and double the channels, a 1x1 convolution, global average pool, linear.

import { MixopError } from '../../base/errors.ts';
import { chainSpace, nasbenchMacro } from '../../discrete-baselines/spaces/chain-space.ts';
import type { Layer } from '../../supernet/layers.ts';
import { type LayerGraph, layerNetwork, type LayerVertex } from '../../supernet/layer-graph.ts';
import type { Family } from './family.ts';

const end: readonly Layer[] = [{ kind: 'norm' }, { kind: 'relu' }];
const dense = (kernel: number, stride: 1 | 2): Layer => ({ kind: 'convolution', kernel, stride });

/** By choice; where the identity halves the image it is a 1x1 convolution. */
const blocks = [undefined, { expansion: 3, kernel: 3 }, { expansion: 6, kernel: 5 }] as const;

/** `channels`: of the first convolution. */
export function macroChainFamily(): Family {
  const { stages } = nasbenchMacro;
  return {
    search: chainSpace(nasbenchMacro),
    sizes: ['channels'],
    defaults: { channels: 32, cells: 1 },
    network(architecture, { channels }, { height, width }, classes) {
      const min = 2 ** stages.length;
      if (Math.min(height, width) < min) {
        const problem = `images of ${height}x${width} cannot be halved ${stages.length} times`;
        throw new MixopError('config', 'image size', problem, `use images of at least ${min}x${min}`);
      }
      return layerNetwork(macroGraph(architecture, stages, channels), classes);
    },
  };
}

function macroGraph(
  architecture: readonly number[],
  stages: readonly number[],
  channels: number,
): LayerGraph {
  const vertices: LayerVertex[] = [];
  const layers = (name: string, from: number, made: readonly Layer[], width: number): number =>
    vertices.push({ kind: 'layers', name, from, layers: made, channels: width });
  let last = layers('stem', 0, [dense(3, 1), ...end], channels);
  let position = 0;
  let width = channels;
  for (const length of stages) {
    for (let layer = 0; layer < length; layer++) {
      const before = width;
      const stride = layer === 0 ? 2 : 1;
      width *= stride;
      last = addBlock(`layers.${position}`, blocks[architecture[position]!], last, before, stride);
      position += 1;
    }
  }
  layers('head', last, [dense(1, 1), ...end], 40 * channels);
  return { vertices, classifier: 'classifier' };

  function addBlock(
    name: string,
    block: (typeof blocks)[number],
    from: number,
    inputs: number,
    stride: 1 | 2,
  ): number {
    const outputs = inputs * stride;
    if (block === undefined)
      return stride === 1 ? from : layers(name, from, [dense(1, 2), { kind: 'norm' }], outputs);
    const { expansion, kernel } = block;
    const wide = layers(`${name}.expand`, from, [dense(1, 1), ...end], expansion * inputs);
    const depthwise: Layer = { kind: 'depthwise', kernel, stride, dilation: 1 };
    const narrow = layers(name, wide, [depthwise, ...end, dense(1, 1), { kind: 'norm' }], outputs);
    return stride === 1 ? vertices.push({ kind: 'sum', from: [narrow, from] }) : narrow;
  }
}

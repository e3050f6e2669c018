// The networks of hierarchical representations (Liu et al. 2018, section 2.3 and figure 2): a 3x3 convolution, then cells
// with separable convolutions of stride 2 between them, where the channels double. A node joins what enters it side by
// side, and if that is more than one image a 1x1 convolution brings it back to the cell's channels: in the paper
// channels grow.

import { MixopError } from '../../base/errors.ts';
import { decodeCell, type FlatCell, flatten } from '../../discrete-baselines/spaces/motifs.ts';
import { hierarchical, motifSpace } from '../../discrete-baselines/spaces/motif-space.ts';
import type { Layer } from '../../supernet/layers.ts';
import { type LayerGraph, layerNetwork, type LayerVertex } from '../../supernet/layer-graph.ts';
import type { NetworkSize } from '../../supernet/skeleton.ts';
import type { Family } from './family.ts';

const end: readonly Layer[] = [{ kind: 'norm' }, { kind: 'relu' }];
const pointwise: readonly Layer[] = [{ kind: 'convolution', kernel: 1, stride: 1 }, ...end];

function depthwise(stride: 1 | 2): Layer {
  return { kind: 'depthwise', kernel: 3, stride, dilation: 1 };
}

/** In the order of the space's primitives; the identity has none. */
const primitives: readonly (readonly Layer[])[] = [
  pointwise,
  [depthwise(1), ...end],
  [depthwise(1), ...pointwise],
  [{ kind: 'pool', mode: 'max', stride: 1 }],
  [{ kind: 'pool', mode: 'average', stride: 1 }],
  [],
];

/** `cells`: one at each size of the image. */
export function motifFamily(): Family {
  return {
    search: motifSpace(hierarchical),
    sizes: ['cells', 'channels'],
    defaults: { channels: 16, cells: 3 },
    network(architecture, size, { height, width }, classes) {
      const min = 2 ** (size.cells - 1);
      if (Math.min(height, width) < min) {
        const problem = `images of ${height}x${width} cannot be halved ${size.cells - 1} times`;
        throw new MixopError('config', 'cells', problem, `use images of at least ${min}x${min}`);
      }
      return layerNetwork(motifGraph(flatten(decodeCell(hierarchical, architecture)), size), classes);
    },
  };
}

function motifGraph(flat: FlatCell, { channels, cells }: NetworkSize): LayerGraph {
  const vertices: LayerVertex[] = [];
  const layers = (name: string, from: number, made: readonly Layer[], width: number): number =>
    vertices.push({ kind: 'layers', name, from, layers: made, channels: width });
  const stem: readonly Layer[] = [{ kind: 'convolution', kernel: 3, stride: 1 }, ...end];
  let last = layers('stem', 0, stem, channels);
  for (let i = 0; i < cells; i++) {
    const width = channels * 2 ** i;
    const name = `cells.${i}`;
    if (i > 0) last = layers(`${name}.reduce`, last, [depthwise(2), ...pointwise], width);
    last = addCell(flat, name, last, width);
  }
  return { vertices, classifier: 'classifier' };

  /** The vertex of the cell's sink. */
  function addCell({ nodes, sink }: FlatCell, cell: string, source: number, width: number): number {
    if (sink === undefined) return vertices.push({ kind: 'zeros', from: source });
    const states = [source];
    for (const { name, inputs } of nodes) {
      const values = inputs.map(({ from, primitive = primitives.length - 1, name: edge }) => {
        const made = primitives[primitive]!;
        return made.length === 0 ? states[from]! : layers(`${cell}${edge}`, states[from]!, made, width);
      });
      const [value, another] = values;
      const joined = another === undefined ? value! : vertices.push({ kind: 'concat', from: values });
      states.push(another === undefined ? joined : layers(`${cell}${name}.join`, joined, pointwise, width));
    }
    return states[sink]!;
  }
}

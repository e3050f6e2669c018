// The convolutional space of DARTS (Liu et al. 2019, section 3.1): 8 operations, 4 nodes, 14 edges a cell.

import type { CandidateOperation, Layer } from '../layers.ts';
import type { ImageSpace } from '../space.ts';

/** ReLU, depthwise, 1x1, norm. */
function depthwiseHalf(kernel: number, dilation: number, stride: 1 | 'edge'): readonly Layer[] {
  return [
    { kind: 'relu' },
    { kind: 'depthwise', kernel, stride, dilation },
    { kind: 'convolution', kernel: 1, stride: 1 },
    { kind: 'norm' },
  ];
}

export function separable(kernel: number): CandidateOperation {
  return {
    name: `sep_conv_${kernel}x${kernel}`,
    layers: [...depthwiseHalf(kernel, 1, 'edge'), ...depthwiseHalf(kernel, 1, 1)],
  };
}

export function dilated(kernel: number): CandidateOperation {
  return { name: `dil_conv_${kernel}x${kernel}`, layers: depthwiseHalf(kernel, 2, 'edge') };
}

export function pool(mode: 'max' | 'average', name: string): CandidateOperation {
  return { name, layers: [{ kind: 'pool', mode, stride: 'edge' }, { kind: 'norm' }], normOnlyInSearch: true };
}

export const skip: CandidateOperation = {
  name: 'skip_connect',
  layers: [],
  reduction: [{ kind: 'relu' }, { kind: 'factorizedReduce' }, { kind: 'norm' }],
};

export const dartsCnn: ImageSpace = {
  name: 'darts-cnn',
  operations: [
    { name: 'none', layers: 'zero' },
    pool('max', 'max_pool_3x3'),
    pool('average', 'avg_pool_3x3'),
    skip,
    separable(3),
    separable(5),
    dilated(3),
    dilated(5),
  ],
  cells: {
    normal: { inputs: 2, nodes: 4, inputStride: 1, output: 'concat' },
    reduce: { inputs: 2, nodes: 4, inputStride: 2, output: 'concat' },
  },
  skeleton: { kind: 'darts', stemMultiplier: 3 },
  derive: { kind: 'strongestEdges', edges: 2, excluded: ['none'] },
  defaults: { channels: 16, cells: 8 },
};
